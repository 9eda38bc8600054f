import type { AccountStatus } from '../../../lib/accounts/account-status.ts'
import { listedAsOf } from '../../../lib/accounts/account-status.ts'
import { AccountRemovals } from '../../../lib/accounts/store/account-removals.ts'
import { AccountStore } from '../../../lib/accounts/store/account-store.ts'
import { DynamoCircuits } from '../../../lib/handover/circuits/dynamo-circuits.ts'
import { DynamoDestinations } from '../../../lib/handover/destinations/destination-store.ts'
import { DynamoDestinationTokens } from '../../../lib/handover/destinations/destination-tokens.ts'
import { FiguresStore } from '../../../lib/handover/destinations/figures.ts'
import { UnstoredMessages } from '../../../lib/messages/unstored/unstored-messages.ts'
import { ProfileStore } from '../../../lib/oauth2/profiles/profile-store.ts'
import { StoredConnections } from '../../../lib/oauth2/tokens/account-connections.ts'
import { GrantStore } from '../../../lib/oauth2/tokens/grant-store.ts'
import { OverviewStore } from '../../../lib/overview/overview-store.ts'
import { DefaultQueueStore } from '../../../lib/queues/default-queue.ts'
import { QueueStore } from '../../../lib/queues/queue-store.ts'
import { queuedRun, type Run } from '../../../lib/runs/run.ts'
import { RunCatalog } from '../../../lib/runs/run-catalog.ts'
import { RunStore } from '../../../lib/runs/run-store.ts'
import { AccountStatusStore } from '../../../lib/schedule/account-status-store.ts'
import { account } from '../../support/account-rows.ts'
import { startTables } from '../../support/dynamo.ts'
import { type RecordedCall, recordCalls } from '../../support/recorded-calls.ts'

/** The stores of the overview over empty tables, with a clock that the test controls. */
export const startOverviewWorld = async () => {
  const tables = await startTables()
  const clock = { now: new Date('2026-11-23T10:05:00.000Z') }
  const now = () => clock.now
  const profiles = new ProfileStore(tables.table('oauth2'))
  const grants = new GrantStore(tables.table('oauthGrants'))
  const services = {
    accounts: new AccountStore(tables.table('accounts')),
    removals: new AccountRemovals(tables.table('overview')),
    statuses: new AccountStatusStore(tables.table('accountStatus')),
    runs: new RunCatalog(tables.table('runs')),
    queues: new QueueStore(tables.table('dispatching')),
    defaultQueue: new DefaultQueueStore(tables.table('dispatching')),
    profiles,
    connections: new StoredConnections({ profiles, grants }),
    destinations: new DynamoDestinations(tables.table('handover')),
    circuits: new DynamoCircuits(tables.table('handover')),
    figures: new FiguresStore(tables.table('handover')),
    tokens: new DynamoDestinationTokens(tables.table('handover')),
    unstored: new UnstoredMessages(tables.table('unstored')),
    overview: new OverviewStore(tables.table('overview')),
    tickMinutes: 10,
    now,
  }
  const runStore = new RunStore(tables.table('runs'))
  let calls: RecordedCall[] | undefined
  return {
    tables,
    clock,
    services,
    grants,
    runStore,
    /** Gives an account the status that a run leaves. */
    ended: async (accountId: string, status: Partial<AccountStatus> = {}) => {
      const row = { ...goodStatus(accountId), ...status, ...listedAsOf(accountId, status.lastError?.since) }
      await tables.table('accountStatus').put(row)
    },
    /** Writes this number of valid accounts, with the status of a good run unless `statusOf` returns another. */
    fill: async (count: number, statusOf: (index: number) => Partial<AccountStatus> = () => ({})) => {
      const made = '2026-11-23T08:00:00.000Z'
      const ids = Array.from({ length: count }, (_, index) => `a${100_000 + index}`)
      const accounts = ids.map((accountId) => account({ accountId, createdAt: made, changedAt: made }))
      await tables
        .table('accounts')
        .putMany(accounts.map((row) => ({ ...row, listing: 'account', listingKey: row.accountId })))
      await tables.table('accountStatus').putMany(
        ids.map((accountId, index) => {
          const status = statusOf(index)
          return { ...goodStatus(accountId), ...status, ...listedAsOf(accountId, status.lastError?.since) }
        }),
      )
    },
    /** Writes a run in this state, as of the clock. */
    run: async (accountId: string, runId: string, changes: Partial<Run> = {}) => {
      const at = now().toISOString()
      const asked = { runId, accountId, trigger: 'schedule', askedAt: at, askedBy: 'schedule' } as const
      await runStore.save({ ...queuedRun(asked), ...changes })
    },
    /** @returns the requests that the work sends to the tables, as `Query listed`, `BatchGetItem` … */
    requestsOf: async (work: () => Promise<unknown>): Promise<string[]> => {
      calls ??= recordCalls(tables.client, 'dynamodb')
      calls.length = 0
      await work()
      return calls.map(({ action, input }) =>
        [action.replace('dynamodb:', ''), input.IndexName].filter(Boolean).join(' '),
      )
    },
    stop: () => tables.stop(),
  }
}
export type OverviewWorld = Awaited<ReturnType<typeof startOverviewWorld>>

/** The status after a good run. */
export const goodStatus = (accountId: string): AccountStatus => ({
  accountId,
  nextFetchAt: '2026-11-23T10:10:00.000Z',
  lastSuccessAt: '2026-11-23T10:00:05.000Z',
  lastStoredAt: '2026-11-23T10:00:05.000Z',
  lastRun: {
    runId: `run-of-${accountId}`,
    state: 'done',
    startedAt: '2026-11-23T10:00:01.000Z',
    endedAt: '2026-11-23T10:00:05.000Z',
    stored: 2,
    deleted: 2,
  },
  recentRuns: Array.from({ length: 10 }, () => ({ state: 'done', at: '2026-11-23T10:00:05.000Z' })),
  resume: { mailboxIdentity: 'imap 1' },
  ...listedAsOf(accountId, undefined),
})

/** Why an account fails, since some minutes before ten o'clock. */
export const failure = (minutes: number, code = 'credentials-rejected') => {
  const since = new Date(Date.parse('2026-11-23T10:00:00.000Z') - minutes * 60_000).toISOString()
  return {
    lastError: {
      code,
      detail: 'The server rejected the user name or password.',
      remedy: 'Check the user name and password.',
      at: '2026-11-23T10:00:05.000Z',
      since,
      consecutive: 3,
    },
  }
}
