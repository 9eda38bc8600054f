import type { AccountId } from '../../accounts/account.ts'
import { accountNameOf } from '../../accounts/account-mailbox.ts'
import type { AccountStatus } from '../../accounts/account-status.ts'
import { currentError } from '../failing-now.ts'
import { failingNotice, type Recovery, recoveryNotice } from './account-notices.ts'
import type { Mark } from './notice-marks.ts'
import { type Marks, marksOf, type NoticingServices } from './noticing-services.ts'
import type { Telling } from './tell.ts'

/**
 * In milliseconds. Mail servers are often unavailable for minutes, and a person can do nothing about it. After an hour,
 * people notice that mail is missing.
 */
const failingFor = 60 * 60_000

export const failingTopic = 'failing'

/**
 * Finds the accounts that have failed for an hour and of which no one was told, and those of which people were told and
 * that no longer fail. Accounts that wait for a consent have a notice of their own.
 * @param known what people were told
 */
export const failingNews = async (
  services: NoticingServices,
  known: Marks,
): Promise<{ readonly failing: Telling[]; readonly recovered: Telling[] }> => {
  const told = marksOf(known, failingTopic)
  const failing: Telling[] = []
  for await (const statuses of longFailing(services)) {
    const untold = statuses.filter(({ accountId }) => !told.has(accountId))
    if (untold.length > 0) failing.push(...(await tellingsOf(services, untold)))
    for (const { accountId } of statuses) told.delete(accountId)
  }
  return { failing, recovered: await recoveredAmong(services, told) }
}

/** Yields the statuses of accounts that have failed for an hour and are still tried, the longest failing first. */
async function* longFailing({ statuses, now }: Pick<NoticingServices, 'statuses' | 'now'>) {
  const until = new Date(now().getTime() - failingFor).toISOString()
  for await (const page of statuses.failing()) {
    const long = page.filter(({ lastError }) => sinceOf(lastError) <= until)
    yield long.filter(({ nextFetchAt }) => nextFetchAt !== undefined)
    if (long.length < page.length) return
  }
}

const sinceOf = (lastError: AccountStatus['lastError']): string => lastError?.since ?? lastError?.at ?? ''

/** @returns the tellings in the order of the statuses */
const tellingsOf = async (services: NoticingServices, statuses: readonly AccountStatus[]): Promise<Telling[]> => {
  const accounts = await services.accounts.readMany(statuses.map(({ accountId }) => accountId))
  const accountOf = new Map(accounts.map((account) => [account.accountId, account]))
  return statuses.flatMap((status): Telling[] => {
    const { accountId } = status
    const account = accountOf.get(accountId)
    const lastError = account && currentError(status, account)
    if (!lastError) return []
    const name = accountNameOf(account)
    const mark = { item: `${failingTopic}#${accountId}`, stage: failingTopic, name }
    return [
      {
        name,
        cause: lastError.detail,
        notice: () => failingNotice({ accountId, name }, lastError),
        settle: () => services.marks.write({ ...mark, at: services.now().toISOString() }, undefined),
      },
    ]
  })
}

/**
 * An account that failed again in the meantime, or was changed and has not been fetched since, does not count as
 * recovered.
 */
const recoveredAmong = async (services: NoticingServices, told: ReadonlyMap<AccountId, Mark>): Promise<Telling[]> => {
  const ids = [...told.keys()]
  if (ids.length === 0) return []
  const [accounts, statuses, existing] = await Promise.all([
    services.accounts.readMany(ids),
    services.statuses.readMany(ids),
    services.accounts.existing(ids),
  ])
  const validityOf = new Map(accounts.map(({ accountId, validity }) => [accountId, validity]))
  const statusOf = new Map(statuses.map((status) => [status.accountId, status]))
  const endOf = (accountId: AccountId): Recovery | undefined => {
    if (!existing.has(accountId)) return 'deleted'
    const [validity, status] = [validityOf.get(accountId), statusOf.get(accountId)]
    if (validity !== undefined && validity !== 'valid') return 'switched off'
    return status?.lastRun && !status.lastError ? 'fetched' : undefined
  }
  return [...told].flatMap(([accountId, mark]) => {
    const how = endOf(accountId)
    if (!how) return []
    const notice = () => recoveryNotice({ accountId, name: mark.name }, how)
    return [{ name: mark.name, notice, settle: () => services.marks.remove(mark) }]
  })
}
