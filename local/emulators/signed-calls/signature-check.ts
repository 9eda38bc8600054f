import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { AccessKeys } from './access-keys.ts'
import { algorithm, signatureOf, unsignedPayload } from './signature.ts'

/** Callers and emulators share a clock, so AWS's limit of five minutes is more than enough. */
const clockSkewMs = 5 * 60_000
/** In S3, a presigned URL is valid for at most seven days. */
const longestExpirySeconds = 7 * 86_400

export interface CheckedSignature {
  readonly accessKeyId: string
  /** The expected hash of the body, or S3's name for an unsigned body. */
  readonly payloadHash: string
}

export interface SignatureRefusal {
  readonly reason: 'missing' | 'incomplete' | 'expired' | 'mismatch'
  readonly message: string
}

interface Claim {
  readonly accessKeyId: string
  readonly scope: readonly string[]
  readonly signedHeaders: readonly string[]
  readonly signature: string
  readonly date: string
  readonly payloadHash: string
  readonly lifetimeMs: number
}

/**
 * Checks the signature (version 4) of a request to an emulator, in the header or in the query. It does not read the
 * body. The signature covers the body's hash, which the caller compares with the body.
 */
export const checkSignature = (
  request: IncomingMessage,
  keys: AccessKeys,
  now: Date,
): CheckedSignature | SignatureRefusal => {
  const [path = '/', search = ''] = (request.url ?? '/').split(/\?(.*)/s)
  const query = new URLSearchParams(search)
  const header = (name: string): string => String(request.headers[name] ?? '')
  const [inQuery, inHeader] = [query.has('X-Amz-Signature'), request.headers.authorization !== undefined]
  if (!inQuery && !inHeader) return { reason: 'missing', message: `The request is not signed. ${remedy}` }
  // If a request has both, its caller is ambiguous.
  const claim = inQuery && inHeader ? undefined : inQuery ? claimInQuery(query) : claimInHeader(header)
  if (claim === undefined)
    return { reason: 'incomplete', message: `The signature of the request is incomplete. ${remedy}` }
  const { accessKeyId, scope, signedHeaders, signature, date, payloadHash, lifetimeMs } = claim
  const unsigned = Object.keys(request.headers).find(
    (name) => (name === 'host' || name.startsWith('x-amz-')) && !signedHeaders.includes(name),
  )
  if (unsigned !== undefined) {
    return { reason: 'incomplete', message: `The signature does not cover the header ${unsigned}. ${remedy}` }
  }
  const signed = { method: request.method ?? 'GET', path, query, header, signedHeaders, payloadHash, date, scope }
  const expected = signatureOf(signed, keys.credentials(accessKeyId).secretAccessKey)
  const given = Buffer.from(signature, 'hex')
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    return {
      reason: 'mismatch',
      message: `The request signature we calculated does not match the signature you provided. ${remedy}`,
    }
  }
  const age = now.getTime() - timeOf(date)
  if (age > lifetimeMs) return { reason: 'expired', message: 'The request has expired. Request a new link.' }
  if (age < -clockSkewMs) {
    return {
      reason: 'expired',
      message: 'The signature of the request is dated in the future. Correct the clock of this machine.',
    }
  }
  return { accessKeyId, payloadHash }
}

const remedy =
  "Every run has new keys, so only the run's own functions can call this emulator. Use the HTTP API or the command line."

const claimInHeader = (header: (name: string) => string): Claim | undefined => {
  const found = /^AWS4-HMAC-SHA256 +Credential=([^,\s]+), *SignedHeaders=([^,\s]+), *Signature=([0-9a-f]{64})$/.exec(
    header('authorization'),
  )
  if (found === null) return undefined
  const [, credential = '', signedHeaders = '', signature = ''] = found
  const payloadHash = header('x-amz-content-sha256')
  return complete({
    credential,
    signedHeaders,
    signature,
    date: header('x-amz-date'),
    payloadHash,
    lifetimeMs: clockSkewMs,
  })
}

const claimInQuery = (query: URLSearchParams): Claim | undefined => {
  const text = (name: string): string => query.get(name) ?? ''
  const expires = Number(text('X-Amz-Expires') || Number.NaN)
  // A repeated parameter is ambiguous.
  if (new Set(query.keys()).size !== query.size || text('X-Amz-Algorithm') !== algorithm) return undefined
  if (!Number.isInteger(expires) || expires < 1 || expires > longestExpirySeconds) return undefined
  return complete({
    credential: text('X-Amz-Credential'),
    signedHeaders: text('X-Amz-SignedHeaders'),
    signature: text('X-Amz-Signature'),
    date: text('X-Amz-Date'),
    payloadHash: query.get('X-Amz-Content-Sha256') ?? unsignedPayload,
    lifetimeMs: expires * 1000,
  })
}

const complete = (given: {
  credential: string
  signedHeaders: string
  signature: string
  date: string
  payloadHash: string
  lifetimeMs: number
}): Claim | undefined => {
  const { credential, signedHeaders, ...rest } = given
  const [accessKeyId = '', ...scope] = credential.split('/')
  if (accessKeyId === '' || scope.length !== 4 || scope[3] !== 'aws4_request') return undefined
  if (Number.isNaN(timeOf(rest.date)) || rest.date.slice(0, 8) !== scope[0] || rest.payloadHash === '') return undefined
  return { ...rest, accessKeyId, scope, signedHeaders: signedHeaders.split(';') }
}

/** @returns NaN for anything other than a date such as `20260102T030405Z` */
const timeOf = (date: string): number => {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? []
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
}
