import type { Grant } from './grant.ts'

/**
 * Milliseconds for which a token should still be valid: long enough to log in and fetch a mailbox over one connection.
 */
const wantedLeft = 5 * 60_000
/** Tokens with a shorter lifetime are refreshed when this part of the lifetime is left. */
const wantedPart = 1 / 4

type Lifetime = Pick<Grant, 'accessExpiresAt' | 'refreshedAt'>

/**
 * @returns true if the access token is valid for long enough. The expiry is counted on our clock from the time of the
 *   request, so the provider's clock does not matter. A token without a known expiry is valid until the mail server
 *   rejects it.
 */
export const isFresh = ({ accessExpiresAt, refreshedAt }: Lifetime, now: number): boolean => {
  if (accessExpiresAt === undefined) return true
  const end = Date.parse(accessExpiresAt)
  const life = refreshedAt === undefined ? Number.POSITIVE_INFINITY : end - Date.parse(refreshedAt)
  return end - now >= Math.min(wantedLeft, life * wantedPart)
}

/** @returns true if the token may still work if no newer one is available */
export const isAlive = ({ accessExpiresAt }: Lifetime, now: number): boolean =>
  accessExpiresAt === undefined || Date.parse(accessExpiresAt) > now

/**
 * @param seconds the lifetime that the server reports
 * @param since the time of the request in milliseconds since the epoch
 * @returns the expiry in ISO 8601
 */
export const endAfter = (seconds: number | undefined, since: number): string | undefined =>
  seconds === undefined ? undefined : new Date(since + seconds * 1000).toISOString()
