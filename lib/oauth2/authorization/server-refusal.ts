import * as z from 'zod'
import { type Redact, redaction } from '../../redaction/redaction.ts'
import { cutTo, printable } from '../../text/printable.ts'
import type { ServerRefusal } from './authorization-server.ts'

/** Characters. Microsoft's descriptions, with their trace ids, have some 400. */
const longestDescription = 500
const longestError = 100
/** For our own texts. */
const nothingSecret = redaction([])

/** A server's no (RFC 6749 sections 4.1.2.1 and 5.2) in words that may be shown. */
export const refusedWith = (
  { error, description, status }: { readonly error: string; readonly description?: unknown; readonly status?: number },
  redact: Redact = nothingSecret,
): ServerRefusal => {
  const shown = (text: string, limit: number) => cutTo(printable(redact(text)), limit)
  return {
    kind: 'refused',
    error: shown(error, longestError),
    ...(status !== undefined && { status }),
    ...(typeof description === 'string' && { description: shown(description, longestDescription) }),
  }
}

/** Frameworks put their own words into `error`, such as "Internal Server Error"; OAuth's codes have no blanks. */
const code = z.string().regex(/^[\w.:-]+$/)

const refusalSchema = z.union([
  z
    .object({ error: code, error_description: z.unknown().optional() })
    .transform(({ error, error_description }) => ({ error, description: error_description })),
  // Google's APIs (google.rpc.Status), where a request did not get as far as OAuth.
  z
    .object({ error: z.object({ status: code, message: z.unknown().optional() }) })
    .transform(({ error }) => ({ error: error.status, description: error.message })),
])

/**
 * What a server in trouble may say without that anything has to change; any other code beside such a status is a
 * gateway's.
 */
const troubleCodes = new Set(['server_error', 'temporarily_unavailable', 'slow_down'])

/** What an answer says that holds no token. */
export const refusalOfAnswer = (status: number, body: unknown, redact: Redact): ServerRefusal => {
  const { data } = refusalSchema.safeParse(body)
  if (inTrouble(status) && !(data && troubleCodes.has(data.error)))
    return {
      kind: 'unreachable',
      status,
      error: 'server-in-trouble',
      description: `It answered with HTTP status ${status}.`,
    }
  if (data) return refusedWith({ ...data, status }, redact)
  // RFC 6749 section 5.2: the status of a client that could not be authenticated; some servers say nothing more.
  if (status === 401) return refusedWith({ error: 'invalid_client', status })
  return {
    kind: 'misbehaved',
    status,
    error: 'no-token-answer',
    description: `It answered with HTTP status ${status} and nothing that OAuth 2.0 knows.`,
  }
}

/** Overloaded, broken or behind a gateway that is. */
const inTrouble = (status: number): boolean => status >= 500 || status === 429 || status === 408
