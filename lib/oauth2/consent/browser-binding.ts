import { createHash, createHmac } from 'node:crypto'
import { hashOf, looksLikeSecret, newSecret } from './secret-text.ts'

/**
 * What ties a round trip to the browser that began it: a secret that only its cookie holds. The row knows its hash, and the code verifier is
 * made from it, so that nothing in the table has to be sealed and a code is worth nothing without the cookie.
 */
export interface BrowserBinding {
  readonly secret: string
  /** Of the page it began at, for a second attempt. */
  readonly ticket: string
}

export const newBinding = (ticket: string): BrowserBinding => ({ secret: newSecret(), ticket })

export const bindingText = ({ secret, ticket }: BrowserBinding): string => `${secret}.${ticket}`

/** Undefined for anything but a whole binding. */
export const bindingOf = (text: string | undefined): BrowserBinding | undefined => {
  const [secret = '', ticket = '', ...more] = (text ?? '').split('.')
  return more.length === 0 && looksLikeSecret(secret) && looksLikeSecret(ticket) ? { secret, ticket } : undefined
}

export const bindingHash = (binding: BrowserBinding): string => hashOf(bindingText(binding))

/** RFC 7636 section 4.1: 43 characters, another one for each state. */
export const verifierOf = ({ secret }: BrowserBinding, state: string): string =>
  createHmac('sha256', secret).update(`code verifier for ${state}`).digest('base64url')

/** RFC 7636 section 4.2, S256. */
export const challengeOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url')
