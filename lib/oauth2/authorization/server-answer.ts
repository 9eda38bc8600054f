import * as z from 'zod'
import { type Redact, redaction } from '../../redaction/redaction.ts'
import { cutTo, printable } from '../../text/printable.ts'

/** A parsed token response (RFC 6749 section 5.1). Lifetimes are in seconds and absent if the server reports none. */
export interface TokenAnswer {
  readonly accessToken: string
  readonly expiresIn?: number | undefined
  /** Absent if the old one stays valid (Google, on every refresh). */
  readonly refreshToken?: string | undefined
  readonly refreshExpiresIn?: number | undefined
  /** The granted scopes, if they differ from the requested ones (RFC 6749 section 3.3). */
  readonly scope?: string | undefined
  /** Unverified. It only shows who consented, and came directly from the token endpoint over TLS. */
  readonly idToken?: string | undefined
}

/**
 * An authorization server's error (RFC 6749 section 5.2), or how it failed to respond. All texts are printable and
 * bounded, and never contain a token or secret.
 */
export interface ServerRefusal {
  /** `refused`: an OAuth error. `unreachable`: no usable response in time. `misbehaved`: an invalid response. */
  readonly kind: 'refused' | 'unreachable' | 'misbehaved'
  readonly status?: number | undefined
  /**
   * If `refused`, the OAuth error, for example `invalid_grant`. Otherwise our own code, for example `host-not-found`.
   */
  readonly error?: string | undefined
  /**
   * If `refused`, the `error_description`, at most 500 characters on one line. It is untrusted, so escape it in HTML.
   * Otherwise our own sentence.
   */
  readonly description?: string | undefined
}

const what = { refused: 'refused', unreachable: 'cannot be reached', misbehaved: 'misbehaved' } as const

export class AuthorizationServerError extends Error {
  override readonly name = 'AuthorizationServerError'
  readonly refusal: ServerRefusal

  constructor(refusal: ServerRefusal) {
    super(`The authorization server ${what[refusal.kind]}: ${refusal.error ?? 'no reason given'}`)
    this.refusal = refusal
  }
}

/** A refusal that is not the server's own error. */
export const refusalFor = (
  kind: 'unreachable' | 'misbehaved',
  error: string,
  description: string,
  status?: number,
): ServerRefusal => ({ kind, error, description, ...(status !== undefined && { status }) })

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
    return refusalFor('unreachable', 'server-in-trouble', `It responded with HTTP status ${status}.`, status)
  if (data) return refusedWith({ ...data, status }, redact)
  // RFC 6749 section 5.2: 401 means that the client could not be authenticated. Some servers send only the status.
  if (status === 401) return refusedWith({ error: 'invalid_client', status })
  const description = `It responded with HTTP status ${status} and no valid OAuth 2.0 content.`
  return refusalFor('misbehaved', 'no-token-answer', description, status)
}

/** True if the server, or a gateway in front of it, is overloaded or failing. */
const inTrouble = (status: number): boolean => status >= 500 || status === 429 || status === 408

/**
 * Characters. Microsoft's tokens have up to about 4,000. Both tokens must fit an encrypted row of 400 KB, and each an
 * IMAP line.
 */
const longestToken = 32 * 1024
/** Seconds. A lifetime above ten years counts as unlimited. */
const longestLife = 10 * 365 * 24 * 60 * 60

/**
 * RFC 6749 appendix A.12 and A.17: visible ASCII. A control character would end the SASL message that contains the
 * token.
 */
const token = z
  .string()
  .max(longestToken)
  .regex(/^[\x20-\x7e]+$/)

/** Servers use a missing value, null and an empty text interchangeably. */
const optionalToken = z.preprocess((value) => (value === null || value === '' ? undefined : value), token.optional())

/**
 * Seconds as a number, or as a text (older endpoints of Google and ADFS). Zero, negative and invalid values count as
 * missing, because servers send 0 for an unlimited lifetime.
 */
const seconds = z
  .unknown()
  .optional()
  .transform((value) => {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
    if (typeof number !== 'number' || !Number.isFinite(number) || number < 1 || number > longestLife) return undefined
    return Math.floor(number)
  })

const scope = z
  .unknown()
  .optional()
  .transform((value) => (Array.isArray(value) ? value.join(' ') : value))
  .pipe(z.string().min(1).max(4_000).optional().catch(undefined))

/** The only supported token type (RFC 6749 section 7.1, compared without case). A missing type means this one. */
const bearer = z
  .string()
  .regex(/^\s*bearer\s*$/i)
  .nullish()

const answerSchema = z
  .object({
    access_token: token,
    token_type: bearer,
    expires_in: seconds,
    refresh_token: optionalToken,
    refresh_token_expires_in: seconds,
    // Keycloak's name for `refresh_token_expires_in`.
    refresh_expires_in: seconds,
    scope,
    id_token: optionalToken.catch(undefined),
  })
  .transform(
    (answer): TokenAnswer => ({
      accessToken: answer.access_token,
      expiresIn: answer.expires_in,
      refreshToken: answer.refresh_token,
      refreshExpiresIn:
        answer.refresh_token === undefined ? undefined : (answer.refresh_token_expires_in ?? answer.refresh_expires_in),
      scope: answer.scope,
      idToken: answer.id_token,
    }),
  )

/**
 * Reads a token response (RFC 6749 section 5.1) as leniently as real servers require.
 * @returns undefined if it is not a token response
 */
export const tokenAnswerOf = (body: unknown): TokenAnswer | undefined => answerSchema.safeParse(body).data
