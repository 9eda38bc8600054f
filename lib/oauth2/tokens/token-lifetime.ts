import type { Grant } from './grant.ts'

/** Milliseconds a token is to be good for: long enough to log in with and to fetch a mailbox on one connection. */
const wantedLeft = 5 * 60_000
/** Servers whose tokens live shorter than that are asked again when this part of the life is left. */
const wantedPart = 1 / 4

type Lifetime = Pick<Grant, 'accessExpiresAt' | 'refreshedAt'>

/**
 * Whether the access token is good for a while. Its end was counted on our clock from the moment it was asked for, so that the
 * provider's clock does not matter. Where no end is known, it is good until the mail server refuses it.
 */
export const isFresh = ({ accessExpiresAt, refreshedAt }: Lifetime, now: number): boolean => {
  if (accessExpiresAt === undefined) return true
  const end = Date.parse(accessExpiresAt)
  const life = refreshedAt === undefined ? Number.POSITIVE_INFINITY : end - Date.parse(refreshedAt)
  return end - now >= Math.min(wantedLeft, life * wantedPart)
}

/** It may still serve where a newer one cannot be had. */
export const isAlive = ({ accessExpiresAt }: Lifetime, now: number): boolean =>
  accessExpiresAt === undefined || Date.parse(accessExpiresAt) > now

/** ISO 8601. @param seconds as the server tells them @param since when it was asked, milliseconds since the epoch */
export const endAfter = (seconds: number | undefined, since: number): string | undefined =>
  seconds === undefined ? undefined : new Date(since + seconds * 1000).toISOString()
