import type { ConnectionState } from '../../accounts/account-oauth2.ts'
import { oauth2Finding } from '../findings/oauth2-findings.ts'
import type { OAuth2Finding } from '../oauth2-error.ts'
import type { Profile } from '../profiles/profile.ts'
import { type ComingEnd, endOfSecret, endsOfConsent } from './consent-end.ts'
import type { Grant } from './grant.ts'
import { type ConsentedAccount, lossOf } from './lost-consent.ts'

/** An account's connection state for admins. @param grant the row with the key `grantKeyOf`, if there is one */
export const oauth2StateOf = (
  account: ConsentedAccount,
  profile: Profile | undefined,
  grant: Grant | undefined,
  now: Date,
): ConnectionState => {
  if (!profile) return { state: 'change-needed', ...shown(oauth2Finding('profile-missing')) }
  if (profile.grant === 'client_credentials')
    return withEnds({ state: 'connected', detail: letInWords }, endOfSecret(profile, now), now)
  if (!grant || grant.endedAt !== undefined)
    return { state: 'consent-missing', ...shown(oauth2Finding('consent-missing')) }
  const loss = lossOf(grant, account, profile)
  if (loss) return { state: 're-authorization-needed', ...shown(loss), ...peopleOf(grant) }
  const connected = { state: 'connected' as const, detail: connectedWords(grant), ...peopleOf(grant) }
  return withEnds(connected, [...endOfSecret(profile, now), ...endsOfConsent(grant)], now)
}

const letInWords = 'Connected: access is app-only, so no consent is needed.'

const connectedWords = ({ consentedBy, username, consentedAt }: Grant): string =>
  `Connected: ${consentedBy ?? username ?? 'a person'} consented on ${(consentedAt ?? '').slice(0, 10)}.`

const shown = ({ code, detail, remedy }: Pick<OAuth2Finding, 'code' | 'detail' | 'remedy'>) => ({
  code,
  detail,
  remedy,
})

const peopleOf = ({ consentedBy, consentedAt, requestedBy, requestedBySub }: Grant) => ({
  ...(consentedBy !== undefined && { consentedBy }),
  ...(consentedAt !== undefined && { consentedAt }),
  ...(requestedBy !== undefined && { requestedBy }),
  ...(requestedBySub !== undefined && { requestedBySub }),
})

/** The earliest expiry determines the state. */
const withEnds = (connected: ConnectionState, ends: readonly ComingEnd[], now: Date): ConnectionState => {
  const time = now.getTime()
  const earliest = ends.toSorted((a, b) => a.at - b.at)
  const over = earliest.find(({ at, afterwards }) => afterwards !== undefined && at <= time)
  if (over?.afterwards) return { ...connected, state: over.afterwards, ...shown(over), expiresAt: isoOf(over) }
  const soon = earliest.find(({ warnAt }) => warnAt <= time)
  if (soon) {
    const detail = `${connected.detail} ${soon.detail}`
    return { ...connected, state: 'expires-soon', ...shown(soon), detail, expiresAt: isoOf(soon) }
  }
  const known = earliest.find(({ afterwards }) => afterwards !== undefined)
  return { ...connected, ...(known && { expiresAt: isoOf(known) }) }
}

const isoOf = ({ at }: ComingEnd): string => new Date(at).toISOString()
