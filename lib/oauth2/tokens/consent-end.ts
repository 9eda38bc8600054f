import type { Profile } from '../profiles/profile.ts'
import { secretExpirySteps, secretExpiryWarningOf } from '../profiles/secret-expiry.ts'
import type { Grant } from './grant.ts'

/** An end that can be told before it comes. Times in milliseconds since the epoch. */
export interface ComingEnd {
  readonly code: string
  readonly at: number
  /** From then on people should know. */
  readonly warnAt: number
  readonly words: string
  readonly remedy: string
  /** What the account needs once it has come; absent where nobody can tell before a provider says so. */
  readonly afterwards?: 're-authorization-needed' | 'change-needed'
}

const day = 24 * 60 * 60_000
/** Providers that tell the end of a refresh token make it short, or want people to be asked again: a week is time to ask them. */
const warnBeforeRefreshEnd = 7 * day
/** Microsoft drops a refresh token that nobody used for 90 days, Google after six months. A fetched account uses its own every hour. */
const unusedEnd = 90 * day
const warnUnusedAfter = 60 * day

/** By the day an admin wrote down. */
export const endOfSecret = (profile: Profile, now: Date): ComingEnd[] => {
  const { secretExpiresOn } = profile
  if (secretExpiresOn === undefined) return []
  const at = Date.parse(secretExpiresOn)
  const { code = 'client-secret-expires', words = '', remedy = '' } = secretExpiryWarningOf(profile, now) ?? {}
  return [{ code, at, warnAt: at - secretExpirySteps[0] * day, words, remedy, afterwards: 'change-needed' }]
}

export const endsOfConsent = ({ refreshExpiresAt, refreshedAt }: Grant): ComingEnd[] => [
  ...(refreshExpiresAt === undefined ? [] : [refreshEnd(Date.parse(refreshExpiresAt))]),
  ...(refreshedAt === undefined ? [] : [unusedSince(Date.parse(refreshedAt))]),
]

const refreshEnd = (at: number): ComingEnd => ({
  code: 'consent-ends',
  at,
  warnAt: at - warnBeforeRefreshEnd,
  words: `The provider ends the consent on ${dayOf(at)}.`,
  remedy: 'Connect the account again.',
  afterwards: 're-authorization-needed',
})

const unusedSince = (since: number): ComingEnd => ({
  code: 'consent-unused',
  at: since + unusedEnd,
  warnAt: since + warnUnusedAfter,
  words: `Its tokens have not been renewed since ${dayOf(since)}; providers forget a consent that nobody uses, Microsoft after 90 days.`,
  remedy: 'Have the account fetched, or connect it again once it is needed.',
})

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10)
