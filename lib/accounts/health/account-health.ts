import * as z from 'zod'
import { timeField } from '../../requests/documented-fields.ts'
import { latest, minuteOf, minutesText } from '../../text/times.ts'
import type { Account } from '../account.ts'
import type { AccountOAuth2 } from '../account-oauth2.ts'
import type { AccountStatus } from '../account-status.ts'
import {
  connectionCodeOf,
  type HealthWarning,
  healthWarningSchema,
  healthWarningsOf,
  type Surroundings,
} from './health-warnings.ts'

export const healthStates = ['ok', 'warning', 'failing', 'waiting', 'not-fetched'] as const

export const accountHealthSchema = z
  .object({
    state: z.enum(healthStates).meta({
      description:
        '`ok`: the last run succeeded. `warning`: the account is fetched, but something needs attention. `failing`: the ' +
        'latest runs failed, or the consent is no longer valid. `waiting`: the first run, or the first run after a repair, ' +
        'is still due, or a person must consent first. `not-fetched`: the account is not valid.',
      examples: ['failing'],
    }),
    detail: z.string().meta({
      description: 'Human-readable summary.',
      examples: ['Failing since 2026-03-02 07:40 UTC, 3 runs in a row. The server rejected the user name or password.'],
    }),
    cause: z
      .string()
      .meta({
        description: 'Why the account is failing, without the times that `detail` contains.',
        examples: ['The server rejected the user name or password.'],
      })
      .optional(),
    since: timeField('When the account started failing.', '2026-03-02T07:40:03.120Z').optional(),
    code: z
      .string()
      .meta({
        description: 'A stable code: why the account is failing, or what it is waiting for.',
        examples: ['credentials-rejected'],
      })
      .optional(),
    remedy: z
      .string()
      .meta({ description: 'How to resolve it.', examples: ['Check the user name and password.'] })
      .optional(),
    nextTryAt: timeField('The time of the next fetch.', '2026-03-02T08:20:00.000Z').optional(),
    nextTryWhy: z
      .string()
      .meta({
        description: 'Why the next attempt is at that time.',
        examples: [
          'After 3 failures in a row, Postmaster waits 20 minutes. To try sooner, use Fetch now or change the account.',
        ],
      })
      .optional(),
    oldestWaitingAt: timeField(
      'When the oldest message that is waiting on the server arrived (IMAP) or was first seen (POP3).',
    ).optional(),
    nothingSince: timeField(
      'The runs succeed, but none of them has stored a message since this time.',
      '2026-02-27T16:02:11.000Z',
    ).optional(),
    warnings: z
      .array(healthWarningSchema)
      .meta({ description: 'What needs attention, the most urgent first.' })
      .optional(),
  })
  .meta({ id: 'AccountHealth', description: 'Whether fetching the account works, and when it is fetched next.' })
export type AccountHealth = z.infer<typeof accountHealthSchema>

type HealthAccount = Pick<Account, 'username' | 'validity' | 'changedAt' | 'createdAt'>

/** After a day without new mail, the health mentions it. The account stays `ok`, because a quiet mailbox is normal. */
const quietAfter = 24 * 60 * 60_000

/** Summarises an account's status for people. */
export const accountHealthOf = (
  status: AccountStatus | undefined,
  account: HealthAccount,
  now: Date,
  surroundings: Surroundings = {},
): AccountHealth => {
  if (account.validity !== 'valid') return { state: 'not-fetched', detail: notFetchedWords[account.validity] }
  const { oauth2 } = surroundings
  const unconnected = healthWithoutConsent(oauth2, account)
  if (unconnected) return unconnected
  const { lastError, lastRun, oldestWaitingAt, nextFetchAt } = status ?? {}
  const common = {
    ...(nextFetchAt !== undefined && { nextTryAt: nextFetchAt }),
    ...(oldestWaitingAt !== undefined && { oldestWaitingAt }),
  }
  const readySince = latest(account.changedAt, oauth2?.consentedAt)
  const warnings = healthWarningsOf(status, readySince, now, surroundings)
  if (lastError && lastError.at < readySince) return { ...waitingFor('its first fetch since the change'), ...common }
  if (lastError) return { ...failing(lastError, nextFetchAt, oldestWaitingAt), ...common }
  if (warnings.length > 0) return { ...warned(warnings), ...common, ...quiet(status, account, now) }
  if (!lastRun) return { ...waitingFor('its first fetch'), ...common }
  const nothing = quiet(status, account, now)
  const remark = nothing.nothingSince === undefined ? '' : ` No new mail since ${minuteOf(nothing.nothingSince)}.`
  return {
    state: 'ok',
    detail: `Fetched at ${minuteOf(lastRun.endedAt ?? lastRun.startedAt)}.${remark}`,
    ...common,
    ...nothing,
  }
}

const notFetchedWords = {
  invalid: 'Switched off. It is not fetched until an admin sets it to valid.',
  'invalid-temporarily': 'Switched off temporarily. It is not fetched until an admin sets it to valid again.',
} as const

const waitingFor = (what: string): AccountHealth => ({
  state: 'waiting',
  detail: `Waiting for ${what}. It starts within seconds, or when the schedule next runs.`,
})

const failing = (
  { code, detail, remedy, at, since = at, consecutive }: NonNullable<AccountStatus['lastError']>,
  nextFetchAt: string | undefined,
  oldestWaitingAt: string | undefined,
): AccountHealth => {
  const runs = consecutive === 1 ? 'one run' : `${consecutive} runs in a row`
  const waits =
    oldestWaitingAt === undefined ? '' : ` The oldest message has been waiting since ${minuteOf(oldestWaitingAt)}.`
  return {
    state: 'failing',
    detail: `Failing since ${minuteOf(since)}, ${runs}. ${detail}${waits}`,
    cause: detail,
    since,
    code,
    remedy,
    ...(nextFetchAt !== undefined && { nextTryWhy: whyThen(consecutive, at, nextFetchAt) }),
  }
}

const whyThen = (consecutive: number, at: string, nextFetchAt: string): string => {
  const after = consecutive === 1 ? 'After a failure' : `After ${consecutive} failures in a row`
  return `${after}, Postmaster waits ${minutesText(at, nextFetchAt)}. To try sooner, use Fetch now or change the account.`
}

const warned = (warnings: readonly HealthWarning[]): AccountHealth => ({
  state: 'warning',
  detail: warnings.map(({ detail }) => detail).join(' '),
  ...(warnings[0] && { remedy: warnings[0].remedy }),
  warnings: [...warnings],
})

const quiet = (
  status: AccountStatus | undefined,
  { createdAt }: HealthAccount,
  now: Date,
): Pick<AccountHealth, 'nothingSince'> => {
  if (status?.lastSuccessAt === undefined) return {}
  const since = status.lastStoredAt ?? createdAt
  return now.getTime() - Date.parse(since) >= quietAfter ? { nothingSince: since } : {}
}

/** Whether the account cannot be fetched until a person consents. */
export const waitsForConsent = (oauth2: AccountOAuth2 | undefined): boolean =>
  oauth2?.state === 'consent-missing' || oauth2?.state === 're-authorization-needed'

/** @returns the health of an account that cannot be fetched until a person consents; undefined for other accounts */
const healthWithoutConsent = (oauth2: AccountOAuth2 | undefined, account: HealthAccount): AccountHealth | undefined => {
  const { since, detail, remedy = '' } = oauth2 ?? {}
  if (oauth2?.state === 'consent-missing')
    return {
      state: 'waiting',
      detail: `Waiting to be connected. ${detail}`,
      code: connectionCodeOf(oauth2),
      remedy: `${remedy} Fetching then starts automatically.`,
    }
  if (oauth2?.state !== 're-authorization-needed') return undefined
  const until = since === undefined ? 'Not fetched' : `Not fetched since ${minuteOf(since)}`
  const cause = `${detail} Fetching resumes automatically once ${account.username} has consented again.`
  return {
    state: 'failing',
    detail: `${until}. ${cause}`,
    cause,
    code: connectionCodeOf(oauth2),
    remedy,
    ...(since !== undefined && { since }),
  }
}
