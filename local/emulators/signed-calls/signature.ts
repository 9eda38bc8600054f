import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto'

export const algorithm = 'AWS4-HMAC-SHA256'
/** The payload hash for a body that the signature does not cover. */
export const unsignedPayload = 'UNSIGNED-PAYLOAD'

/** The parts of a request that a version 4 signature covers. */
export interface SignedRequest {
  readonly method: string
  /** Percent-encoded, as sent. */
  readonly path: string
  readonly query: URLSearchParams
  readonly header: (name: string) => string
  readonly signedHeaders: readonly string[]
  readonly payloadHash: string
  /** For example `20260102T030405Z`. */
  readonly date: string
  /** Date, region, service and `aws4_request`. */
  readonly scope: readonly string[]
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
export const signatureOf = (request: SignedRequest, secretAccessKey: string): Buffer => {
  const { method, path, query, header, signedHeaders, payloadHash, date, scope } = request
  const canonical = [
    method,
    path,
    canonicalQuery(query),
    ...signedHeaders.map((name) => `${name}:${header(name).trim().replace(/ +/g, ' ')}`),
    '',
    signedHeaders.join(';'),
    payloadHash,
  ].join('\n')
  const toSign = [algorithm, date, scope.join('/'), sha256(canonical)].join('\n')
  return hmac(signingKey(secretAccessKey, scope), toSign)
}

export const sha256 = (data: string | Buffer): string => hash('sha256', data)

/** A run has about twenty callers and five services. Any other entries come from wrong guesses. */
const keptSigningKeys = 200
const signingKeys = new Map<string, KeyObject>()

/**
 * The key is the same for all of a caller's requests to a service on one day, so it is derived only once. Node makes a key
 * object of any other key for each signature, which takes six times as long as the signature.
 */
const signingKey = (secretAccessKey: string, scope: readonly string[]): KeyObject => {
  const id = [secretAccessKey, ...scope].join('/')
  const kept = signingKeys.get(id)
  if (kept !== undefined) return kept
  const key = createSecretKey(scope.reduce<Buffer>(hmac, Buffer.from(`AWS4${secretAccessKey}`)))
  if (signingKeys.size >= keptSigningKeys) signingKeys.clear()
  signingKeys.set(id, key)
  return key
}

const hmac = (key: Buffer | KeyObject, text: string): Buffer => createHmac('sha256', key).update(text).digest()

/** For example `20260102T030405Z`. */
export const signingDate = (now: Date): string => now.toISOString().replace(/[-:]|\.\d+/g, '')

const canonicalQuery = (query: URLSearchParams): string =>
  [...query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([name, value], [otherName, otherValue]) => order(name, otherName) || order(value, otherValue))
    .map((pair) => pair.join('='))
    .join('&')

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Encodes all characters except the unreserved ones of RFC 3986. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
