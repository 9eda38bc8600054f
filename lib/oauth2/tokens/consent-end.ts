import type { Profile } from '../profiles/profile.ts'
import { secretExpirySteps, secretExpiryWarningOf } from '../profiles/secret-expiry.ts'
import type { Grant } from './grant.ts'

/** A known future expiry. Times are in milliseconds since the epoch. */
export interface ComingEnd {
  readonly code: string
  readonly at: number
  /** The time from which the state contains a warning. */
  readonly warnAt: number
  readonly detail: string
  readonly remedy: string
  /**
   * The account's state after that time. Absent if only the provider's response can show that the consent is invalid.
   */
  readonly afterwards?: 're-authorization-needed' | 'change-needed'
}

const day = 24 * 60 * 60_000
/**
 * Providers that report a refresh token's expiry use short lifetimes or require regular consent. A week is enough to
 * ask the person.
 */
const warnBeforeRefreshEnd = 7 * day
/**
 * Microsoft drops a refresh token after 90 days without use, Google after six months. A fetched account uses its token
 * every hour.
 */
const unusedEnd = 90 * day
const warnUnusedAfter = 60 * day

/** The client secret's expiry on the day that an admin entered. */
export const endOfSecret = (profile: Profile, now: Date): ComingEnd[] => {
  const { secretExpiresOn } = profile
  if (secretExpiresOn === undefined) return []
  const at = Date.parse(secretExpiresOn)
  const { code = 'client-secret-expires', detail = '', remedy = '' } = secretExpiryWarningOf(profile, now) ?? {}
  return [{ code, at, warnAt: at - secretExpirySteps[0] * day, detail, remedy, afterwards: 'change-needed' }]
}

export const endsOfConsent = ({ refreshExpiresAt, refreshedAt }: Grant): ComingEnd[] => [
  ...(refreshExpiresAt === undefined ? [] : [refreshEnd(Date.parse(refreshExpiresAt))]),
  ...(refreshedAt === undefined ? [] : [unusedSince(Date.parse(refreshedAt))]),
]

const refreshEnd = (at: number): ComingEnd => ({
  code: 'consent-ends',
  at,
  warnAt: at - warnBeforeRefreshEnd,
  detail: `The consent expires at the provider on ${dayOf(at)}.`,
  remedy: 'Connect the account again.',
  afterwards: 're-authorization-needed',
})

const unusedSince = (since: number): ComingEnd => ({
  code: 'consent-unused',
  at: since + unusedEnd,
  warnAt: since + warnUnusedAfter,
  detail: `Its tokens have not been refreshed since ${dayOf(since)}. Providers drop unused consents, Microsoft after 90 days.`,
  remedy: 'Fetch the account, or connect it again when you need it.',
})

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10)
