import * as z from 'zod'
import type { Redact } from '../../redaction/redaction.ts'
import { cutTo, printable } from '../../text/printable.ts'
import { agentLimits } from '../delivering/agent-protocol.ts'
import type { Remote } from '../ledger/delivery.ts'

/** In characters. The answer explains itself in its first sentence, and a detail has at most 500 characters. */
const longestQuote = 300

/**
 * What a receiver may answer. A field of another type is ignored. The limits are those of an agent.
 */
const answerSchema = z.object({
  ticket: z
    .union([z.string(), z.number().transform(String)])
    .optional()
    .catch(undefined),
  url: z.string().optional().catch(undefined),
  result: z.string().optional().catch(undefined),
})

/**
 * @param body the beginning of the answer's body
 * @returns the ticket that the receiver reports, if it reports one
 */
export const remoteOf = (body: Buffer, redact: Redact): Remote | undefined => {
  const answer = answerSchema.safeParse(jsonIn(body)).data
  const ticket = shown(answer?.ticket, agentLimits.ticket, redact)
  const url = webAddress(shown(answer?.url, agentLimits.url + 1, redact))
  const result = shown(answer?.result, agentLimits.result, redact)
  const remote = {
    ...(ticket !== undefined && { ticket }),
    ...(url !== undefined && { url }),
    ...(result !== undefined && { result }),
  }
  return Object.keys(remote).length === 0 ? undefined : remote
}

/** @returns the beginning of the answer on one line, without secrets, or undefined if it is empty */
export const quoteOf = (body: Buffer, redact: Redact): string | undefined =>
  shown(body.toString('utf8'), longestQuote, redact)

const jsonIn = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    // Receivers that do not know this option answer with anything, for example `ok`.
    return undefined
  }
}

const shown = (text: string | undefined, limit: number, redact: Redact): string | undefined => {
  if (text === undefined) return undefined
  const found = cutTo(printable(redact(text)), limit)
  return found === '' ? undefined : found
}

/** Clients show it as a link. A URL that was cut leads elsewhere. */
const webAddress = (text: string | undefined): string | undefined => {
  if (text === undefined || text.length > agentLimits.url) return undefined
  const url = URL.parse(text)
  return url && ['https:', 'http:'].includes(url.protocol) && url.username === '' && url.password === ''
    ? text
    : undefined
}
