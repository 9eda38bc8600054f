import * as z from 'zod'
import { NetworkError, networkErrorOf } from '../../network/network-error.ts'
import type { Redact } from '../../redaction/redaction.ts'
import { AuthorizationServerError, type ServerRefusal } from './authorization-server.ts'
import { unreachableFor } from './endpoint.ts'
import { refusalOfAnswer } from './server-refusal.ts'

/** The error code of the socket or of Node's HTTP parser. */
const code = z.string().optional().catch(undefined)
const codeSchema = z.object({ code })

/**
 * The parts that are read of the errors of simple-oauth2's HTTP client (@hapi/boom). Such an error has 22 KB and
 * contains the request with its secrets. No other part of it leaves this file.
 */
const boomSchema = z.object({
  output: z.object({ statusCode: z.int() }),
  data: z.unknown().optional(),
  code,
})
/** The server responded with a status of 400 or above. */
const answeredSchema = z.object({
  isResponseError: z.literal(true),
  payload: z.unknown().optional(),
  res: z.object({ statusCode: z.int() }),
})
/** The server began a response whose body could not be read. */
const begunSchema = z.object({ res: z.object({ statusCode: z.int() }) })
/** The targets of redirects. None is followed. */
const redirectsSchema = z.array(z.object({ url: z.unknown().optional() }))

const misbehaved = (error: string, description: string, status?: number): ServerRefusal => ({
  kind: 'misbehaved',
  error,
  description,
  ...(status !== undefined && { status }),
})

/** Facts about the failed request. */
export interface RequestFacts {
  /** Hides all secrets that the request contained. */
  readonly redact: Redact
  /** True if the server sent more than a response may contain. */
  readonly tooLarge: boolean
}

/** Describes a failed request in our own words, without the third-party error. */
export const failedRequest = (error: unknown, facts: RequestFacts): AuthorizationServerError => {
  if (error instanceof AuthorizationServerError) return error
  if (error instanceof NetworkError) return new AuthorizationServerError(unreachableFor(error))
  return new AuthorizationServerError(refusalOfBoom(error, facts))
}

const refusalOfBoom = (error: unknown, { redact, tooLarge }: RequestFacts): ServerRefusal => {
  const boom = boomSchema.safeParse(error).data
  // The error is not from the HTTP client. simple-oauth2 fails like this on a response such as `null` or a text.
  if (!boom) return misbehaved('no-token-answer', 'Its response is not a token response.')
  const answered = answeredSchema.safeParse(boom.data).data
  if (answered) return refusalOfAnswer(answered.res.statusCode, answered.payload, redact)
  const begun = begunSchema.safeParse(boom.data).data
  // The HTTP client cuts such a response off, and then usually reports the cut as the server's fault.
  if (tooLarge) return misbehaved('answer-too-large', 'Its response is larger than 256 KiB.', begun?.res.statusCode)
  if (begun) return unreadAnswer(boom.output.statusCode, begun.res.statusCode, redact)
  if (redirectsSchema.safeParse(boom.data).success)
    return misbehaved('redirected', 'It responded with a redirect, which a token endpoint must not do.')
  return lineFailure(boom)
}

/** Describes a failure on an established connection that carried no HTTP response. */
export const lineFailure = (error: unknown): ServerRefusal => {
  const { code = '' } = codeSchema.safeParse(error).data ?? {}
  // Node's HTTP parser failed. The server does not use HTTP, or its header is too large.
  if (code.startsWith('HPE_')) return misbehaved('no-http', 'Its response is not HTTP.')
  return unreachableFor(networkErrorOf({ code }, 'session'))
}

/**
 * @param reason the status that the HTTP client assigns to its own error: 500 if the body ended too early, 502 if it is
 * not JSON
 */
const unreadAnswer = (reason: number, status: number, redact: Redact): ServerRefusal => {
  if (reason === 500) return unreachableFor(new NetworkError('connection-lost'))
  if (status >= 400) return refusalOfAnswer(status, undefined, redact)
  return misbehaved('answer-not-json', 'Its response is not JSON. It may be a web page.', status)
}
