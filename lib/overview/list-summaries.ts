import * as z from 'zod'
import type { AccountId, ListedAccount } from '../accounts/account.ts'
import type { AccountStatus } from '../accounts/account-status.ts'
import type { AccountStore } from '../accounts/store/account-store.ts'
import type { RecentRun, RunCatalog } from '../runs/run-catalog.ts'
import type { AccountStatusStore } from '../schedule/account-status-store.ts'
import type { AccountSummary } from './account-summary.ts'
import { type SummaryServices, summariesOf } from './summaries-of.ts'

export interface ListSummariesServices extends SummaryServices {
  readonly accounts: Pick<AccountStore, 'readMany' | 'listed'>
  readonly statuses: Pick<AccountStatusStore, 'readMany' | 'listed'>
  readonly runs: Pick<RunCatalog, 'recent'>
}

/** Where the list continues: after this account. `began` is when the first page was read. */
export const listPositionSchema = z.strictObject({ began: z.iso.datetime(), after: z.string().min(1).max(64) })
export type ListPosition = z.infer<typeof listPositionSchema>

export interface SummaryPage {
  readonly items: AccountSummary[]
  /** The ISO time from which on changes are missing in the list. */
  readonly began: string
  readonly next?: ListPosition
}

/**
 * Reads a page of all accounts. Accounts, statuses and runs are each read from an index with only the attributes that
 * are needed, in the same range of ids, so 10,000 accounts take ten pages of a handful of requests each.
 */
export const listSummaries = async (
  services: ListSummariesServices,
  limit: number,
  position?: ListPosition,
): Promise<SummaryPage> => {
  const began = position?.began ?? services.now().toISOString()
  const { accounts, next } = await services.accounts.listed(limit, position?.after)
  const [statuses, runs] = await Promise.all([statusesOf(services, accounts), openRuns(services)])
  const summaries = await summariesOf(services, accounts, { statuses, runs })
  const items = asManyAsFit(summaries)
  const last = items.length < summaries.length ? items.at(-1)?.accountId : next
  return { items, began, ...(last !== undefined && { next: { began, after: last } }) }
}

/** In bytes. The rest of 1 MB is for the frame of the response. */
const mostBytes = 950_000

/** @returns as many items as fit into one response, at least one */
export const asManyAsFit = <Item>(items: readonly Item[]): Item[] => {
  let bytes = 0
  const fitting = items.findIndex((item) => {
    bytes += Buffer.byteLength(JSON.stringify(item)) + 1
    return bytes > mostBytes
  })
  return fitting === -1 ? [...items] : items.slice(0, Math.max(fitting, 1))
}

/** Accounts that are failing or new are not in this part of the index. There are few of them, so they are read by id. */
const statusesOf = async (
  { statuses }: ListSummariesServices,
  accounts: readonly ListedAccount[],
): Promise<Map<AccountId, AccountStatus>> => {
  const [first, last] = [accounts[0], accounts.at(-1)]
  if (!first || !last) return new Map()
  const known = byId(await statuses.listed(first.accountId, last.accountId))
  const others = accounts.map(({ accountId }) => accountId).filter((accountId) => !known.has(accountId))
  for (const status of others.length > 0 ? await statuses.readMany(others) : []) known.set(status.accountId, status)
  return known
}

export const byId = <Item extends { readonly accountId: AccountId }>(items: readonly Item[]): Map<AccountId, Item> =>
  new Map(items.map((item) => [item.accountId, item]))

/** @returns each account's run that is in progress or, if there is none, the latest one that is queued */
const openRuns = async ({
  runs,
}: Pick<ListSummariesServices, 'runs'>): Promise<Map<AccountId, AccountSummary['run']>> =>
  openRunsOf(...(await Promise.all([runs.recent('queued'), runs.recent('running')])))

export const openRunsOf = (
  queued: readonly RecentRun[],
  running: readonly RecentRun[],
): Map<AccountId, AccountSummary['run']> =>
  new Map([...queued.map((run) => runOf(run, 'queued')), ...running.map((run) => runOf(run, 'running'))])

const runOf = (
  { accountId, runId, recentAt }: RecentRun,
  state: 'queued' | 'running',
): [AccountId, AccountSummary['run']] => [accountId, { runId, state, since: recentAt }]
