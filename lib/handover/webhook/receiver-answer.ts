import * as z from 'zod'
import type { Redact } from '../../redaction/redaction.ts'
import { cutTo, printable } from '../../text/printable.ts'
import { remoteOf } from '../delivering/remote.ts'
import type { Remote } from '../ledger/outcome.ts'

/** In characters. The answer explains itself in its first sentence, and a detail has at most 500 characters. */
const longestQuote = 300

/** What a receiver may answer. A field of another type is ignored. */
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
export const remoteIn = (body: Buffer, redact: Redact): Remote | undefined =>
  remoteOf(answerSchema.safeParse(jsonIn(body)).data ?? {}, redact)

/** @returns the beginning of the answer on one line, without secrets, or undefined if it is empty */
export const quoteOf = (body: Buffer, redact: Redact): string | undefined =>
  cutTo(printable(redact(body.toString('utf8'))), longestQuote) || undefined

const jsonIn = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    // Receivers that do not know this option answer with anything, for example `ok`.
    return undefined
  }
}
