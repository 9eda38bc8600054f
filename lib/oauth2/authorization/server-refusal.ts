import * as z from 'zod'
import { type Redact, redaction } from '../../redaction/redaction.ts'
import { cutTo, printable } from '../../text/printable.ts'
import type { ServerRefusal } from './authorization-server.ts'

/** Characters. Microsoft's descriptions, with their trace ids, have about 400. */
const longestDescription = 500
const longestError = 100
/** The redaction for our own texts, which contain no secrets. */
const nothingSecret = redaction([])

/** An authorization server's error (RFC 6749 sections 4.1.2.1 and 5.2) in words that are safe to show. */
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

/** Frameworks put their own text into `error`, for example "Internal Server Error". OAuth's codes contain no spaces. */
const code = z.string().regex(/^[\w.:-]+$/)

const refusalSchema = z.union([
  z
    .object({ error: code, error_description: z.unknown().optional() })
    .transform(({ error, error_description }) => ({ error, description: error_description })),
  // The error format of Google's APIs (google.rpc.Status), for requests that were rejected before OAuth.
  z
    .object({ error: z.object({ status: code, message: z.unknown().optional() }) })
    .transform(({ error }) => ({ error: error.status, description: error.message })),
])

/** Codes that a failing server may send (see `inTrouble`). Any other code with such a status comes from a gateway. */
const troubleCodes = new Set(['server_error', 'temporarily_unavailable', 'slow_down'])

/** Interprets a response without a token. */
export const refusalOfAnswer = (status: number, body: unknown, redact: Redact): ServerRefusal => {
  const { data } = refusalSchema.safeParse(body)
  if (inTrouble(status) && !(data && troubleCodes.has(data.error)))
    return {
      kind: 'unreachable',
      status,
      error: 'server-in-trouble',
      description: `It responded with HTTP status ${status}.`,
    }
  if (data) return refusedWith({ ...data, status }, redact)
  // RFC 6749 section 5.2: 401 means that the client could not be authenticated. Some servers send only the status.
  if (status === 401) return refusedWith({ error: 'invalid_client', status })
  return {
    kind: 'misbehaved',
    status,
    error: 'no-token-answer',
    description: `It responded with HTTP status ${status} and no valid OAuth 2.0 content.`,
  }
}

/** True if the server, or a gateway in front of it, is overloaded or failing. */
const inTrouble = (status: number): boolean => status >= 500 || status === 429 || status === 408
