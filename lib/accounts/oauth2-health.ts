import type { Account } from './account.ts'
import type { AccountOAuth2 } from './account-oauth2.ts'
import type { HealthWarning } from './health-warnings.ts'
import { minuteOf } from './health-words.ts'

/** An account's health, as far as its consent decides about it. */
interface HealthWithoutConsent {
  readonly state: 'waiting' | 'failing'
  readonly words: string
  readonly code: string
  readonly remedy: string
  readonly since?: string
}

/** Whether nothing can be fetched before a person consents. */
export const waitsForConsent = (oauth2: AccountOAuth2 | undefined): boolean =>
  oauth2?.state === 'consent-missing' || oauth2?.state === 're-authorization-needed'

/** Of an account that nobody can fetch before somebody consents; undefined for every other. */
export const healthWithoutConsent = (
  oauth2: AccountOAuth2 | undefined,
  account: Pick<Account, 'username'>,
): HealthWithoutConsent | undefined => {
  const { since, words, remedy = '' } = oauth2 ?? {}
  if (oauth2?.state === 'consent-missing')
    return {
      state: 'waiting',
      words: `Waits to be connected. ${words}`,
      code: codeOf(oauth2),
      remedy: `${remedy} Fetching then begins by itself.`,
    }
  if (oauth2?.state !== 're-authorization-needed') return undefined
  const until = since === undefined ? 'Not fetched' : `Not fetched since ${minuteOf(since)}`
  return {
    state: 'failing',
    words: `${until}. ${words} It goes on by itself once ${account.username} has consented again.`,
    code: codeOf(oauth2),
    remedy,
    ...(since !== undefined && { since }),
  }
}

/** What will stop it, or may have stopped it already. */
export const oauth2Warnings = (oauth2: AccountOAuth2 | undefined): HealthWarning[] =>
  oauth2?.state === 'expires-soon' || oauth2?.state === 'change-needed'
    ? [{ code: codeOf(oauth2), words: oauth2.words, remedy: oauth2.remedy ?? '' }]
    : []

const codeOf = ({ code, state }: AccountOAuth2): string => code ?? state
