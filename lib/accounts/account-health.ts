import * as z from 'zod'
import { timeField } from '../requests/documented-fields.ts'
import type { Account } from './account.ts'
import type { AccountOAuth2 } from './account-oauth2.ts'
import type { AccountStatus } from './account-status.ts'
import { type HealthWarning, healthWarningSchema, healthWarningsOf, sameMailboxWarning } from './health-warnings.ts'
import { latest, minuteOf, minutesText } from './health-words.ts'
import { healthWithoutConsent, oauth2Warnings } from './oauth2-health.ts'

export const healthStates = ['ok', 'warning', 'failing', 'waiting', 'not-fetched'] as const

export const accountHealthSchema = z
  .object({
    state: z.enum(healthStates).meta({
      description:
        '`ok`; `warning`: it is fetched, but somebody should look; `failing`: its latest runs failed; `waiting`: its first run, or the ' +
        'first after a repair, is still to come, or somebody has to consent first; `not-fetched`: it is not valid.',
      examples: ['failing'],
    }),
    words: z.string().meta({
      description: 'The same for people.',
      examples: ['Failing since 2026-03-02 07:40 UTC, 3 runs in a row. The server rejected user name or password.'],
    }),
    since: timeField('Since when it is failing.', '2026-03-02T07:40:03.120Z').optional(),
    code: z
      .string()
      .meta({ description: 'Why it is failing, or what it waits for.', examples: ['credentials-rejected'] })
      .optional(),
    remedy: z
      .string()
      .meta({ description: 'What to do about it.', examples: ['Check user name and password.'] })
      .optional(),
    nextTryAt: timeField('When it is fetched next.', '2026-03-02T08:20:00.000Z').optional(),
    nextTryWhy: z
      .string()
      .meta({ description: 'Why then.', examples: ['After 3 failures in a row it waits 20 minutes.'] })
      .optional(),
    oldestWaitingAt: timeField('Since when the oldest message waits on the server.').optional(),
    nothingSince: timeField(
      'Its runs go well, and none has stored a message since.',
      '2026-02-27T16:02:11.000Z',
    ).optional(),
    warnings: z.array(healthWarningSchema).meta({ description: 'What somebody should look at.' }).optional(),
  })
  .meta({ id: 'AccountHealth', description: 'How an account is doing, and what comes next.' })
export type AccountHealth = z.infer<typeof accountHealthSchema>

type HealthAccount = Pick<Account, 'username' | 'validity' | 'changedAt' | 'createdAt'>

/** A mailbox without mail for a day is worth a remark; that is no fault of it. */
const quietAfter = 24 * 60 * 60_000

/**
 * What a person wants to know of an account at one glance.
 * @param around.oauth2 of an account that logs in with OAuth2
 * @param around.rivals other valid accounts that collect the same mailbox
 */
export const accountHealthOf = (
  status: AccountStatus | undefined,
  account: HealthAccount,
  now: Date,
  { oauth2, rivals = [] }: { readonly oauth2?: AccountOAuth2 | undefined; readonly rivals?: readonly Account[] } = {},
): AccountHealth => {
  if (account.validity !== 'valid') return { state: 'not-fetched', words: notFetchedWords[account.validity] }
  const unconnected = healthWithoutConsent(oauth2, account)
  if (unconnected) return unconnected
  const { lastError, lastRun, oldestWaitingAt, nextFetchAt } = status ?? {}
  const common = {
    ...(nextFetchAt !== undefined && { nextTryAt: nextFetchAt }),
    ...(oldestWaitingAt !== undefined && { oldestWaitingAt }),
  }
  const readySince = latest(account.changedAt, oauth2?.consentedAt)
  const warnings = healthWarningsOf(status, readySince, now, [
    ...oauth2Warnings(oauth2),
    ...rivals.map(sameMailboxWarning),
  ])
  if (lastError && lastError.at < readySince) return { ...waitingFor('its first fetch since the change'), ...common }
  if (lastError) return { ...failing(lastError, nextFetchAt, oldestWaitingAt), ...common }
  if (warnings.length > 0) return { ...warned(warnings), ...common, ...quiet(status, account, now) }
  if (!lastRun) return { ...waitingFor('its first fetch'), ...common }
  const nothing = quiet(status, account, now)
  const remark =
    nothing.nothingSince === undefined ? '' : ` It fetches nothing since ${minuteOf(nothing.nothingSince)}.`
  return {
    state: 'ok',
    words: `Fetched at ${minuteOf(lastRun.endedAt ?? lastRun.startedAt)}.${remark}`,
    ...common,
    ...nothing,
  }
}

const notFetchedWords = {
  invalid: 'Switched off: it is not fetched until somebody sets it valid.',
  'invalid-temporarily':
    'Switched off for the time being: it is not fetched, and comes back only when somebody sets it valid.',
} as const

const waitingFor = (what: string): AccountHealth => ({
  state: 'waiting',
  words: `Waiting for ${what}, which starts within seconds, or at the next tick at the latest.`,
})

const failing = (
  { code, words, remedy, at, since = at, consecutive }: NonNullable<AccountStatus['lastError']>,
  nextFetchAt: string | undefined,
  oldestWaitingAt: string | undefined,
): AccountHealth => {
  const runs = consecutive === 1 ? 'one run' : `${consecutive} runs in a row`
  const waits = oldestWaitingAt === undefined ? '' : ` The oldest message waits since ${minuteOf(oldestWaitingAt)}.`
  return {
    state: 'failing',
    words: `Failing since ${minuteOf(since)}, ${runs}. ${words}${waits}`,
    since,
    code,
    remedy,
    ...(nextFetchAt !== undefined && { nextTryWhy: whyThen(consecutive, at, nextFetchAt) }),
  }
}

const whyThen = (consecutive: number, at: string, nextFetchAt: string): string => {
  const after = consecutive === 1 ? 'After a failure' : `After ${consecutive} failures in a row`
  return `${after} it waits ${minutesText(at, nextFetchAt)}. A change of the account, or Fetch now, tries at once.`
}

const warned = (warnings: readonly HealthWarning[]): AccountHealth => ({
  state: 'warning',
  words: warnings.map(({ words }) => words).join(' '),
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
