import type { Account } from '../account.ts'
import type { AccountOAuth2 } from '../account-oauth2.ts'
import type { HealthWarning } from './health-warnings.ts'
import { minuteOf } from './health-words.ts'

/** The health of an account that cannot be fetched without a consent. */
interface HealthWithoutConsent {
  readonly state: 'waiting' | 'failing'
  readonly detail: string
  readonly code: string
  readonly remedy: string
  readonly since?: string
}

/** Whether the account cannot be fetched until a person consents. */
export const waitsForConsent = (oauth2: AccountOAuth2 | undefined): boolean =>
  oauth2?.state === 'consent-missing' || oauth2?.state === 're-authorization-needed'

/** @returns the health of an account that cannot be fetched until a person consents; undefined for other accounts */
export const healthWithoutConsent = (
  oauth2: AccountOAuth2 | undefined,
  account: Pick<Account, 'username'>,
): HealthWithoutConsent | undefined => {
  const { since, detail, remedy = '' } = oauth2 ?? {}
  if (oauth2?.state === 'consent-missing')
    return {
      state: 'waiting',
      detail: `Waiting to be connected. ${detail}`,
      code: codeOf(oauth2),
      remedy: `${remedy} Fetching then starts automatically.`,
    }
  if (oauth2?.state !== 're-authorization-needed') return undefined
  const until = since === undefined ? 'Not fetched' : `Not fetched since ${minuteOf(since)}`
  return {
    state: 'failing',
    detail: `${until}. ${detail} Fetching resumes automatically once ${account.username} has consented again.`,
    code: codeOf(oauth2),
    remedy,
    ...(since !== undefined && { since }),
  }
}

/** Warnings about a connection that stops working soon, or may already have stopped. */
export const oauth2Warnings = (oauth2: AccountOAuth2 | undefined): HealthWarning[] =>
  oauth2?.state === 'expires-soon' || oauth2?.state === 'change-needed'
    ? [{ code: codeOf(oauth2), detail: oauth2.detail, remedy: oauth2.remedy ?? '' }]
    : []

const codeOf = ({ code, state }: AccountOAuth2): string => code ?? state
