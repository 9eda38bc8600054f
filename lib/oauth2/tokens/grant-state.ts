import type { ConnectionState } from '../../accounts/account-oauth2.ts'
import { type Reason, reasonOf } from '../../reasons/reason.ts'
import type { ConsentedAccount } from '../consented-for.ts'
import { oauth2Finding } from '../findings/oauth2-findings.ts'
import type { Profile } from '../profiles/profile.ts'
import { secretExpirySteps, secretExpiryWarningOf } from '../profiles/secret-expiry.ts'
import type { Grant } from './grant.ts'
import { lossOf } from './lost-consent.ts'

/** An account's connection state for admins. @param grant the row with the key `grantKeyOf`, if there is one */
export const oauth2StateOf = (
  account: ConsentedAccount,
  profile: Profile | undefined,
  grant: Grant | undefined,
  now: Date,
): ConnectionState => {
  if (!profile) return { state: 'change-needed', ...reasonOf(oauth2Finding('profile-missing')) }
  if (profile.grant === 'client_credentials')
    return withEnds({ state: 'connected', detail: letInWords }, endOfSecret(profile, now), now)
  if (!grant || grant.endedAt !== undefined)
    return { state: 'consent-missing', ...reasonOf(oauth2Finding('consent-missing')) }
  const loss = lossOf(grant, account, profile)
  if (loss) return { state: 're-authorization-needed', ...reasonOf(loss), ...peopleOf(grant) }
  const connected = { state: 'connected' as const, detail: connectedWords(grant), ...peopleOf(grant) }
  return withEnds(connected, [...endOfSecret(profile, now), ...endsOfConsent(grant)], now)
}

const letInWords = 'Connected: access is app-only, so no consent is needed.'

const connectedWords = ({ consentedBy, username, consentedAt }: Grant): string =>
  `Connected: ${consentedBy ?? username ?? 'a person'} consented on ${(consentedAt ?? '').slice(0, 10)}.`

const peopleOf = ({ consentedBy, consentedAt, requestedBy, requestedBySub }: Grant) => ({
  consentedBy,
  consentedAt,
  requestedBy,
  requestedBySub,
})

/** The earliest expiry determines the state. */
const withEnds = (connected: ConnectionState, ends: readonly ComingEnd[], now: Date): ConnectionState => {
  const time = now.getTime()
  const earliest = ends.toSorted((a, b) => a.at - b.at)
  const over = earliest.find(({ at, afterwards }) => afterwards !== undefined && at <= time)
  if (over?.afterwards) return { ...connected, state: over.afterwards, ...reasonOf(over), expiresAt: isoOf(over) }
  const soon = earliest.find(({ warnAt }) => warnAt <= time)
  if (soon) {
    const detail = `${connected.detail} ${soon.detail}`
    return { ...connected, state: 'expires-soon', ...reasonOf(soon), detail, expiresAt: isoOf(soon) }
  }
  const known = earliest.find(({ afterwards }) => afterwards !== undefined)
  return { ...connected, ...(known && { expiresAt: isoOf(known) }) }
}

const isoOf = ({ at }: ComingEnd): string => new Date(at).toISOString()

/** A known future expiry. Times are in milliseconds since the epoch. */
interface ComingEnd extends Reason {
  readonly at: number
  /** The time from which the state contains a warning. */
  readonly warnAt: number
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
const endOfSecret = (profile: Profile, now: Date): ComingEnd[] => {
  const { secretExpiresOn } = profile
  if (secretExpiresOn === undefined) return []
  const at = Date.parse(secretExpiresOn)
  const { code = 'client-secret-expires', detail = '', remedy = '' } = secretExpiryWarningOf(profile, now) ?? {}
  return [{ code, at, warnAt: at - secretExpirySteps[0] * day, detail, remedy, afterwards: 'change-needed' }]
}

const endsOfConsent = ({ refreshExpiresAt, refreshedAt }: Grant): ComingEnd[] => [
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

/** @param refreshedAt when the tokens were last refreshed (ISO) @returns when providers drop the consent unless it is used */
export const unusedEndOf = (refreshedAt: string): string => new Date(Date.parse(refreshedAt) + unusedEnd).toISOString()

const unusedSince = (since: number): ComingEnd => ({
  code: 'consent-unused',
  at: since + unusedEnd,
  warnAt: since + warnUnusedAfter,
  detail: `Its tokens have not been refreshed since ${dayOf(since)}. Providers drop unused consents, Microsoft after 90 days.`,
  remedy: 'Fetch the account, or connect it again when you need it.',
})

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10)
