import * as z from 'zod'
import { personField, timeField } from '../../requests/documented-fields.ts'
import { oauth2Findings } from '../findings/oauth2-findings.ts'
import type { OAuth2Finding } from '../oauth2-error.ts'
import type { Profile } from '../profiles/profile.ts'
import { type ComingEnd, endOfSecret, endsOfConsent } from './consent-end.ts'
import type { Grant } from './grant.ts'
import { type ConsentedAccount, lossOf } from './lost-consent.ts'

export const oauth2States = [
  'connected',
  'expires-soon',
  're-authorization-needed',
  'consent-missing',
  'change-needed',
] as const

export const accountOAuth2Schema = z.object({
  state: z.enum(oauth2States).meta({
    description:
      '`connected`; `expires-soon`: it works, and ends soon unless somebody does something; `re-authorization-needed`: its consent no ' +
      'longer holds, and it is not fetched until somebody consents again; `consent-missing`: nobody has consented yet; `change-needed`: ' +
      'its profile is missing or the profile’s client secret has expired.',
    examples: ['connected'],
  }),
  code: z
    .string()
    .meta({ description: 'Why; absent while it is `connected`. Stable.', examples: ['grant-revoked'] })
    .optional(),
  words: z.string().meta({
    description: 'The same for people.',
    examples: ['Connected: jane@example.com consented on 2026-03-02.'],
  }),
  remedy: z
    .string()
    .meta({ description: 'What to do about it.', examples: ['Connect the account again.'] })
    .optional(),
  consentedBy: personField('Who consented, by the provider’s own account; absent where it does not tell.').optional(),
  consentedAt: timeField('When.').optional(),
  requestedBy: personField('Which admin asked for the consent.').optional(),
  expiresAt: timeField(
    'When it ends unless somebody does something; absent where no end is known.',
    '2026-05-31T00:00:00.000Z',
  ).optional(),
})
export type AccountOAuth2 = z.infer<typeof accountOAuth2Schema>

/** What an admin sees of an account's OAuth2. `grant`: the row of `grantKeyOf`, if there is one. */
export const oauth2StateOf = (
  account: ConsentedAccount,
  profile: Profile | undefined,
  grant: Grant | undefined,
  now: Date,
): AccountOAuth2 => {
  if (!profile) return { state: 'change-needed', ...shown(oauth2Findings['profile-missing']) }
  if (profile.grant === 'client_credentials')
    return withEnds({ state: 'connected', words: letInWords }, endOfSecret(profile, now), now)
  if (!grant) return { state: 'consent-missing', ...shown(oauth2Findings['consent-missing']) }
  const loss = lossOf(grant, account, profile)
  if (loss) return { state: 're-authorization-needed', ...shown(loss), ...peopleOf(grant) }
  const connected = { state: 'connected' as const, words: connectedWords(grant), ...peopleOf(grant) }
  return withEnds(connected, [...endOfSecret(profile, now), ...endsOfConsent(grant)], now)
}

const letInWords = 'Connected: the provider lets the application itself in, so nobody needs to consent.'

const connectedWords = ({ consentedBy, username, consentedAt }: Grant): string =>
  `Connected: ${consentedBy ?? username ?? 'somebody'} consented on ${(consentedAt ?? '').slice(0, 10)}.`

const shown = ({ code, words, remedy }: Pick<OAuth2Finding, 'code' | 'words' | 'remedy'>) => ({ code, words, remedy })

const peopleOf = ({ consentedBy, consentedAt, requestedBy }: Grant) => ({
  ...(consentedBy !== undefined && { consentedBy }),
  ...(consentedAt !== undefined && { consentedAt }),
  ...(requestedBy !== undefined && { requestedBy }),
})

/** The most urgent of the ends decides. */
const withEnds = (connected: AccountOAuth2, ends: readonly ComingEnd[], now: Date): AccountOAuth2 => {
  const time = now.getTime()
  const earliest = ends.toSorted((a, b) => a.at - b.at)
  const over = earliest.find(({ at, afterwards }) => afterwards !== undefined && at <= time)
  if (over?.afterwards) return { ...connected, state: over.afterwards, ...shown(over), expiresAt: isoOf(over) }
  const soon = earliest.find(({ warnAt }) => warnAt <= time)
  if (soon) {
    const words = `${connected.words} ${soon.words}`
    return { ...connected, state: 'expires-soon', ...shown(soon), words, expiresAt: isoOf(soon) }
  }
  const known = earliest.find(({ afterwards }) => afterwards !== undefined)
  return { ...connected, ...(known && { expiresAt: isoOf(known) }) }
}

const isoOf = ({ at }: ComingEnd): string => new Date(at).toISOString()
