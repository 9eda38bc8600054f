import * as z from 'zod'
import { NetworkError, networkErrorOf } from '../../network/network-error.ts'
import type { Redact } from '../../redaction/redaction.ts'
import { refusalOfNetwork } from './endpoint.ts'
import { refusalFor, refusalOfAnswer, type ServerRefusal } from './server-answer.ts'

/** The error code of the socket or of Node's HTTP parser. */
const codeSchema = z.object({ code: z.string().optional().catch(undefined) })

/**
 * The parts that are read of the errors of simple-oauth2's HTTP client (@hapi/boom). Such an error has 22 KB and
 * contains the request with its secrets. No other part of it leaves this file.
 */
const boomSchema = codeSchema.extend({
  output: z.object({ statusCode: z.int() }),
  data: z
    .union([
      /** The server responded. If `isResponseError` is not set, the body could not be read. */
      z.object({
        isResponseError: z.literal(true).optional().catch(undefined),
        payload: z.unknown().optional(),
        res: z.object({ statusCode: z.int() }),
      }),
      /** The targets of redirects. None is followed. */
      z.array(z.object({ url: z.unknown().optional() })),
    ])
    .optional()
    .catch(undefined),
})

/**
 * Describes a failed request in our own words, without the third-party error.
 * @param redact hides all secrets that the request contained
 * @param tooLarge true if the server sent more than a response may contain
 */
export const failedRequest = (error: unknown, redact: Redact, tooLarge: boolean): ServerRefusal => {
  const boom = boomSchema.safeParse(error).data
  // The error is not from the HTTP client. simple-oauth2 fails like this on a response such as `null` or a text.
  if (!boom) return refusalFor('misbehaved', 'no-token-answer', 'Its response is not a token response.')
  const { data, output } = boom
  const response = Array.isArray(data) ? undefined : data
  const status = response?.res.statusCode
  if (response?.isResponseError) return refusalOfAnswer(response.res.statusCode, response.payload, redact)
  // The HTTP client cuts such a response off, and then usually reports the cut as the server's fault.
  if (tooLarge) return refusalFor('misbehaved', 'answer-too-large', 'Its response is larger than 256 KiB.', status)
  if (status !== undefined) return unreadAnswer(output.statusCode, status, redact)
  if (data)
    return refusalFor('misbehaved', 'redirected', 'It responded with a redirect, which a token endpoint must not do.')
  return lineFailure(boom)
}

/** Describes a failure on an established connection that carried no HTTP response. */
export const lineFailure = (error: unknown): ServerRefusal => {
  const { code = '' } = codeSchema.safeParse(error).data ?? {}
  // Node's HTTP parser failed. The server does not use HTTP, or its header is too large.
  if (code.startsWith('HPE_')) return refusalFor('misbehaved', 'no-http', 'Its response is not HTTP.')
  return refusalOfNetwork(networkErrorOf({ code }, 'session'))
}

/**
 * @param reason the status that the HTTP client assigns to its own error: 500 if the body ended too early, 502 if it is
 * not JSON
 */
const unreadAnswer = (reason: number, status: number, redact: Redact): ServerRefusal => {
  if (reason === 500) return refusalOfNetwork(new NetworkError('connection-lost'))
  if (status >= 400) return refusalOfAnswer(status, undefined, redact)
  return refusalFor('misbehaved', 'answer-not-json', 'Its response is not JSON. It may be a web page.', status)
}
