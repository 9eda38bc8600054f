import * as z from 'zod'
import { connectionErrorOf } from '../../mailbox/connection/connection-error.ts'
import { MailboxError } from '../../mailbox/mailbox-error.ts'
import type { Redact } from '../../redaction/redaction.ts'
import { AuthorizationServerError, type ServerRefusal } from './authorization-server.ts'
import { unreachableFor } from './endpoint.ts'
import { refusalOfAnswer } from './server-refusal.ts'

/** Of the socket, or of Node's HTTP parser. */
const code = z.string().optional().catch(undefined)
const codeSchema = z.object({ code })

/**
 * What is read of the errors that simple-oauth2 lets through from its HTTP client (@hapi/boom): 22 KB with the request
 * and its secrets in it. Nothing else of them leaves this file.
 */
const boomSchema = z.object({
  output: z.object({ statusCode: z.int() }),
  data: z.unknown().optional(),
  code,
})
/** The server answered with a status of 400 or above. */
const answeredSchema = z.object({
  isResponseError: z.literal(true),
  payload: z.unknown().optional(),
  res: z.object({ statusCode: z.int() }),
})
/** It began an answer whose body could not be read. */
const begunSchema = z.object({ res: z.object({ statusCode: z.int() }) })
/** Where redirects would have led: none is followed. */
const redirectsSchema = z.array(z.object({ url: z.unknown().optional() }))

const misbehaved = (error: string, description: string, status?: number): ServerRefusal => ({
  kind: 'misbehaved',
  error,
  description,
  ...(status !== undefined && { status }),
})

/** What is known of the request that failed. */
export interface RequestFacts {
  /** Hides all secrets that the request contained. */
  readonly redact: Redact
  /** More was sent than an answer may have. */
  readonly tooLarge: boolean
}

/** Why a request failed, in our words and without the foreign error. */
export const failedRequest = (error: unknown, facts: RequestFacts): AuthorizationServerError => {
  if (error instanceof AuthorizationServerError) return error
  if (error instanceof MailboxError) return new AuthorizationServerError(unreachableFor(error))
  return new AuthorizationServerError(refusalOfBoom(error, facts))
}

const refusalOfBoom = (error: unknown, { redact, tooLarge }: RequestFacts): ServerRefusal => {
  const boom = boomSchema.safeParse(error).data
  // Not the HTTP client: simple-oauth2 stumbled over an answer such as `null` or a text.
  if (!boom) return misbehaved('no-token-answer', 'Its answer is no token answer.')
  const answered = answeredSchema.safeParse(boom.data).data
  if (answered) return refusalOfAnswer(answered.res.statusCode, answered.payload, redact)
  const begun = begunSchema.safeParse(boom.data).data
  // The HTTP client cuts such an answer off, and then mostly takes that for the server's doing.
  if (tooLarge) return misbehaved('answer-too-large', 'Its answer is larger than 256 KiB.', begun?.res.statusCode)
  if (begun) return unreadAnswer(boom.output.statusCode, begun.res.statusCode, redact)
  if (redirectsSchema.safeParse(boom.data).success)
    return misbehaved('redirected', 'It answered with a redirect, which a token endpoint never does.')
  return lineFailure(boom)
}

/** The connection stood, and no HTTP answer came over it. */
export const lineFailure = (error: unknown): ServerRefusal => {
  const { code = '' } = codeSchema.safeParse(error).data ?? {}
  // Node's HTTP parser: something else speaks there, or the header is too large.
  if (code.startsWith('HPE_')) return misbehaved('no-http', 'Its answer is no HTTP.')
  return unreachableFor(connectionErrorOf({ code }, 'session'))
}

/** @param reason the status that the HTTP client gives its own error: 500 ended too early, 502 not JSON */
const unreadAnswer = (reason: number, status: number, redact: Redact): ServerRefusal => {
  if (reason === 500) return unreachableFor(new MailboxError('connection-lost'))
  if (status >= 400) return refusalOfAnswer(status, undefined, redact)
  return misbehaved('answer-not-json', 'Its answer is not JSON: perhaps this is a page for people.', status)
}
