import * as z from 'zod'
import type { AccountId } from '../accounts/account.ts'
import type { AccountRemovals } from '../accounts/store/account-removals.ts'
import type { AccountStore } from '../accounts/store/account-store.ts'
import { ProblemError } from '../reasons/problem.ts'
import { endedIn } from '../runs/run-store.ts'
import { hourOf } from '../tables/items.ts'
import {
  asManyAsFit,
  byId,
  type ListPosition,
  type ListSummariesServices,
  openRunsOf,
  type SummaryPage,
} from './list-summaries.ts'
import { summariesOf } from './summaries-of.ts'

/** In milliseconds. A client that follows asks every few seconds, and one that has slept loads the list again. */
const longestSince = 60 * 60_000
/**
 * Milliseconds before the cursor from which on changes are repeated: indexes lag, clocks differ, and a write is
 * timestamped before it is sent. Runs are written by one function within seconds. Changes by people are few, and API
 * Gateway ends a request after 30 seconds.
 */
const overlap = { runs: 15_000, people: 60_000 } as const

export const changesCursorSchema = z.strictObject({ at: z.iso.datetime() })

export interface ChangedSummariesServices extends ListSummariesServices {
  readonly accounts: Pick<AccountStore, 'readMany' | 'listed' | 'existing' | 'changedSince'>
  readonly removals: Pick<AccountRemovals, 'since'>
}

interface ChangedPage extends SummaryPage {
  /** Only on the first page. */
  readonly removed: AccountId[]
}

/**
 * Reads the accounts that people changed and those whose runs were requested, began or ended since then, sorted by id.
 * @throws ProblemError `cursor-expired`
 */
export const changedSummaries = async (
  services: ChangedSummariesServices,
  since: string,
  limit: number,
  position?: ListPosition,
): Promise<ChangedPage> => {
  const now = services.now()
  if (now.getTime() - Date.parse(since) > longestSince) throw cursorExpired(since)
  const began = position?.began ?? now.toISOString()
  const byPeople = earlier(since, overlap.people)
  const [changed, removed, { queued, running, accountIds }] = await Promise.all([
    changedByPeople(services, byPeople),
    position ? [] : removedSince(services, byPeople),
    runsSince(services, earlier(since, overlap.runs), now),
  ])
  const ids = new Set([...changed, ...accountIds])
  const sorted = [...ids].filter((accountId) => accountId > (position?.after ?? '')).sort()
  const page = sorted.slice(0, limit)
  const [accounts, statuses] = await Promise.all([services.accounts.readMany(page), services.statuses.readMany(page)])
  const found = byId(accounts)
  const known = { statuses: byId(statuses), runs: openRunsOf(queued, running) }
  const summaries = await summariesOf(
    services,
    page.flatMap((accountId) => found.get(accountId) ?? []),
    known,
  )
  const items = asManyAsFit(summaries)
  const last = items.length < summaries.length ? items.at(-1)?.accountId : page.at(-1)
  const isLast = items.length === summaries.length && sorted.length === page.length
  return { items, removed, began, ...(!isLast && last !== undefined && { next: { began, after: last } }) }
}

const earlier = (time: string, by: number): string => new Date(Date.parse(time) - by).toISOString()

const changedByPeople = async ({ accounts }: ChangedSummariesServices, since: string): Promise<AccountId[]> => {
  const ids: AccountId[] = []
  for await (const page of accounts.changedSince(since)) ids.push(...page)
  return ids
}

/**
 * Reads all open runs, of which the index contains little more than the ids, and the runs that ended since then. An
 * older run of an account may still be open when a newer one changes.
 */
const runsSince = async ({ runs }: ChangedSummariesServices, since: string, now: Date) => {
  const hours = [...new Set([hourOf(since), hourOf(now.toISOString())])]
  const [queued, running, ...ended] = await Promise.all([
    runs.recent('queued'),
    runs.recent('running'),
    ...hours.map((hour) => runs.recent(endedIn(hour), since)),
  ])
  const recent = [...queued, ...running, ...ended.flat()].filter(({ recentAt }) => recentAt >= since)
  return { queued, running, accountIds: recent.map(({ accountId }) => accountId) }
}

/** A removal is noted before it happens, and it may fail. */
const removedSince = async ({ accounts, removals }: ChangedSummariesServices, since: string): Promise<AccountId[]> => {
  const ids = [...new Set(await removals.since(since))]
  const existing = ids.length > 0 ? await accounts.existing(ids) : new Set()
  return ids.filter((accountId) => !existing.has(accountId))
}

const cursorExpired = (since: string) =>
  new ProblemError('cursor-expired', `The first page was read at ${since}, more than an hour ago.`)
