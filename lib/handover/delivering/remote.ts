import { cutTo, printable } from '../../text/printable.ts'
import { type Remote, remoteLimits } from '../ledger/outcome.ts'

/**
 * Prepares a receiver's statement about the ticket for storage and display: on one line, of limited length, and with a
 * URL only if it is a web address.
 * @param redact removes the destination's secrets, which a receiver may repeat
 * @returns undefined if nothing remains
 */
export const remoteOf = (said: Remote, redact: (text: string) => string = (text) => text): Remote | undefined => {
  const shown = (text: string | undefined, limit: number) =>
    text === undefined ? undefined : cutTo(printable(redact(text)), limit) || undefined
  const ticket = shown(said.ticket, remoteLimits.ticket)
  // A truncated URL leads elsewhere.
  const url = shown(said.url, remoteLimits.url + 1)
  const result = shown(said.result, remoteLimits.result)
  const remote = {
    ...(ticket !== undefined && { ticket }),
    ...(url !== undefined && isWebAddress(url) && { url }),
    ...(result !== undefined && { result }),
  }
  return Object.keys(remote).length === 0 ? undefined : remote
}

/** Clients show it as a link. */
const isWebAddress = (text: string): boolean => {
  const url = text.length <= remoteLimits.url ? URL.parse(text) : null
  return (url?.protocol === 'https:' || url?.protocol === 'http:') && url.username === '' && url.password === ''
}
