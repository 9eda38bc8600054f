import { ulid } from 'ulid'
import { accountRoutes } from '../../functions/accounts/routes.ts'
import { httpFunction } from '../../functions/shared/http/http-function.ts'
import { MailboxClaims } from '../../lib/accounts/account-mailbox.ts'
import type { AccountServices } from '../../lib/accounts/account-services.ts'
import { AccountRemovals } from '../../lib/accounts/store/account-removals.ts'
import { AccountStore } from '../../lib/accounts/store/account-store.ts'
import { TestReceipts } from '../../lib/connection-tests/test-receipts.ts'
import { ProfileStore } from '../../lib/oauth2/profiles/profile-store.ts'
import { ProviderStore } from '../../lib/oauth2/providers/provider-store.ts'
import { chosenProfiles } from '../../lib/oauth2/setup.ts'
import { StoredConnections } from '../../lib/oauth2/tokens/account-connections.ts'
import { GrantStore } from '../../lib/oauth2/tokens/grant-store.ts'
import { OverviewStore } from '../../lib/overview/overview-store.ts'
import { QueueStore } from '../../lib/queues/queue-store.ts'
import { RunCatalog } from '../../lib/runs/run-catalog.ts'
import { RunStore } from '../../lib/runs/run-store.ts'
import { AccountStatusStore } from '../../lib/schedule/account-status-store.ts'
import type { FetchJob, FetchQueue } from '../../lib/schedule/fetch-queue.ts'
import { fetchSavedAccount } from '../../lib/schedule/fetch-saved-account.ts'
import { auditTrailOver } from './audit.ts'
import { startTables, type TestTables } from './dynamo.ts'
import { callHttp, memoryLog, type RequestSketch, type TestAnswer, testRoles } from './http-event.ts'
import { startSecrets, type TestSecrets } from './secrets.ts'

export interface AccountsApi {
  readonly tables: TestTables
  readonly secrets: TestSecrets
  readonly services: AccountServices
  readonly log: ReturnType<typeof memoryLog>
  readonly clock: { now: Date }
  /** Jobs on the fetch queue. */
  readonly jobs: FetchJob[]
  /** What the fetch queue does with jobs. */
  readonly queue: { send: FetchQueue['send'] }
  readonly runs: RunStore
  call(sketch: RequestSketch): Promise<TestAnswer>
  create(fields?: Record<string, unknown>): Promise<TestAnswer>
  get(accountId: string): Promise<TestAnswer>
  /** Sends a PUT, PATCH or DELETE with If-Match, which is `*` by default. */
  change(method: string, accountId: string, body?: unknown, ifMatch?: string): Promise<TestAnswer>
  list(query?: Record<string, string>): Promise<TestAnswer>
  /** Adds a valid queue to the dispatching table. */
  putQueue(queueId: string, name: string, validity?: string): Promise<void>
  stop(): Promise<void>
}

let mailboxes = 0
/** A complete account with its own mailbox. */
export const accountInput = (fields: Record<string, unknown> = {}) => {
  mailboxes += 1
  return {
    type: 'IMAPS',
    authentication: 'password',
    username: `desk-${mailboxes}`,
    password: 'correct horse battery staple',
    host: 'mail.example.org',
    ...fields,
  }
}

/** The accounts function with its own tables and secrets, and with a clock that the test controls. */
export const startAccountsApi = async (changed: Partial<AccountServices> = {}): Promise<AccountsApi> => {
  const [tables, secrets] = await Promise.all([startTables(), startSecrets()])
  const clock = { now: new Date('2026-11-23T10:00:00.000Z') }
  const profiles = new ProfileStore(tables.table('oauth2'))
  const services: AccountServices = {
    accounts: new AccountStore(tables.table('accounts')),
    removals: new AccountRemovals(tables.table('overview')),
    claims: new MailboxClaims(tables.table('mailboxClaims')),
    statuses: new AccountStatusStore(tables.table('accountStatus')),
    receivers: new OverviewStore(tables.table('overview')),
    queues: new QueueStore(tables.table('dispatching')),
    profiles: chosenProfiles({ profiles, providers: new ProviderStore(tables.table('oauth2')) }),
    connections: new StoredConnections({ profiles, grants: new GrantStore(tables.table('oauthGrants')) }),
    allowClearTextOnLoopback: false,
    secrets: secrets.store,
    audit: auditTrailOver(tables, () => clock.now),
    now: () => clock.now,
    newId: () => ulid(),
    ...changed,
  }
  const jobs: FetchJob[] = []
  const queue: { send: FetchQueue['send'] } = {
    send: async (sent) => {
      jobs.push(...sent)
      return []
    },
  }
  const runs = new RunStore(tables.table('runs'))
  const fetchSaved = fetchSavedAccount(
    {
      runs,
      catalog: new RunCatalog(tables.table('runs')),
      queue: { send: (sent) => queue.send(sent) },
      connections: services.connections,
      now: services.now,
      newRunId: () => ulid(),
    },
    (error) => log.error('defect', { name: String(error) }),
  )
  const receipts = new TestReceipts(tables.table('connectionTests'))
  const log = memoryLog()
  const handler = httpFunction({
    roles: testRoles,
    log,
    routes: accountRoutes({ ...services, receipts, fetchSaved, lookUpService: async () => [] }),
  })
  const call = (sketch: RequestSketch) => callHttp(handler, sketch)
  const one = (accountId: string) => ({ path: `/accounts/${accountId}`, params: { accountId } })
  return {
    tables,
    secrets,
    services,
    log,
    clock,
    jobs,
    queue,
    runs,
    call,
    create: (fields) => call({ method: 'POST', path: '/accounts', body: accountInput(fields) }),
    get: (accountId) => call({ method: 'GET', ...one(accountId) }),
    change: (method, accountId, body, ifMatch = '*') =>
      call({ method, ...one(accountId), headers: { 'if-match': ifMatch }, ...(body !== undefined && { body }) }),
    list: (query) => call({ method: 'GET', path: '/accounts', ...(query && { query }) }),
    putQueue: async (queueId, name, validity = 'valid') => {
      const at = clock.now.toISOString()
      const by = { createdAt: at, createdBy: 'test', changedAt: at, changedBy: 'test' }
      await tables
        .table('dispatching')
        .put({ key: `queue#${queueId}`, queueId, name, validity, comment: '', version: 1, ...by })
    },
    stop: async () => {
      await Promise.all([tables.stop(), secrets.stop()])
    },
  }
}
