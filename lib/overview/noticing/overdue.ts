import { accountNameOf } from '../../accounts/account-mailbox.ts'
import { latest } from '../../text/times.ts'
import { overdueNotice } from './account-notices.ts'
import type { Concern, NoticingServices } from './noticing-services.ts'

/** In milliseconds: the longest back-off, after which the health of an account also says that it is overdue. */
const overdueAfter = 60 * 60_000
/** In milliseconds. A part of a run ends within nine minutes. */
const partLength = 15 * 60_000

/**
 * Finds the accounts that have been due for an hour and are not being fetched, for example because jobs do not run. The
 * account that has been due longest comes first.
 */
export const overdueAccounts = async (services: NoticingServices): Promise<Concern[]> => {
  const { accounts, statuses, runs, now } = services
  const at = now().getTime()
  const until = new Date(at - overdueAfter).toISOString()
  const due: string[] = []
  for await (const ids of statuses.due(until)) due.push(...ids)
  if (due.length === 0) return []
  const running = await runs.recent('running', new Date(at - partLength).toISOString())
  const working = new Set(running.map(({ accountId }) => accountId))
  const waiting = due.filter((accountId) => !working.has(accountId))
  // The index also shows accounts that are due later.
  const late = (await statuses.readMany(waiting)).filter(({ nextFetchAt }) => (nextFetchAt ?? until) < until)
  const nextOf = new Map(late.map(({ accountId, nextFetchAt }) => [accountId, nextFetchAt]))
  const overdue = (await accounts.readMany([...nextOf.keys()])).flatMap(
    ({ accountId, validity, changedAt, ...account }) => {
      const next = nextOf.get(accountId)
      const since = next === undefined ? undefined : latest(changedAt, next)
      if (validity !== 'valid' || since === undefined || since > until) return []
      return [{ accountId, name: accountNameOf(account), since }]
    },
  )
  return overdue
    .sort((one, other) => one.since.localeCompare(other.since))
    .map(({ accountId, name, since }) => {
      const notice = () => overdueNotice({ accountId, name }, since)
      return { id: accountId, stage: 'overdue', name, notice }
    })
}
