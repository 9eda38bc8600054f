import { ulid } from 'ulid'
import { callbackRoutes } from '../../functions/oauth2-callback/routes.ts'
import { consentRoutes } from '../../functions/oauth2-consent/routes.ts'
import { startRoutes } from '../../functions/oauth2-start/routes.ts'
import { httpFunction } from '../../functions/shared/http/http-function.ts'
import { pageFunction } from '../../functions/shared/page/page-function.ts'
import { AccountStore } from '../../lib/accounts/store/account-store.ts'
import type { MailboxSettings } from '../../lib/mailbox/mailbox.ts'
import type { ConnectionTest } from '../../lib/mailbox/probe/connection-test.ts'
import { AuthorizationServers } from '../../lib/oauth2/authorization/authorization-servers.ts'
import { ConsentStore } from '../../lib/oauth2/consent/consent-store.ts'
import type { Profile } from '../../lib/oauth2/profiles/profile.ts'
import { ProfileStore } from '../../lib/oauth2/profiles/profile-store.ts'
import type { Provider } from '../../lib/oauth2/providers/provider.ts'
import { ProviderStore } from '../../lib/oauth2/providers/provider-store.ts'
import { GrantKeeper, GrantStore } from '../../lib/oauth2/tokens/grant-store.ts'
import { TokenCipher } from '../../lib/oauth2/tokens/token-cipher.ts'
import { RunStore } from '../../lib/runs/run-store.ts'
import { AccountStatusStore } from '../../lib/schedule/account-status-store.ts'
import type { FetchJob } from '../../lib/schedule/fetch-queue.ts'
import { tokens } from '../oauth2-server/scripted-answers.ts'
import { type ScriptedServer, startScriptedServer } from '../oauth2-server/scripted-server.ts'
import { account } from './account-rows.ts'
import { auditTrailOver } from './audit.ts'
import { MemoryDataKeys } from './data-keys.ts'
import { startTables, type TestTables } from './dynamo.ts'
import { callHttp, memoryLog, type RequestSketch, type TestAnswer, testRoles } from './http-event.ts'
import { type PageHandlers, Visitor } from './page-visitor.ts'

export const publicUrl = 'https://postmaster.example.com'
export const clientSecret = 'client-secret-that-nobody-may-see'

/**
 * The three consent functions with their own tables, a scripted token endpoint, and a mail server whose answers the
 * test sets.
 */
export interface ConsentWorld {
  readonly tables: TestTables
  readonly server: ScriptedServer
  readonly accounts: AccountStore
  readonly profiles: ProfileStore
  readonly providers: ProviderStore
  readonly grants: GrantStore
  readonly consents: ConsentStore
  readonly statuses: AccountStatusStore
  readonly provider: Provider
  readonly profile: Profile
  /** The id of the only account, which is not connected yet. */
  readonly accountId: string
  readonly clock: { now: Date }
  readonly log: ReturnType<typeof memoryLog>
  /** The jobs sent to the fetch queue. */
  readonly jobs: FetchJob[]
  /** While true, the fetch queue refuses jobs. */
  readonly queue: { refuses: boolean }
  /** While true, there is no key to encrypt tokens. */
  readonly keys: MemoryDataKeys
  /** The settings of all connection tests at the mail server. */
  readonly probed: MailboxSettings[]
  /** The next answer of the mail server. */
  mail: { answer: (settings: MailboxSettings) => Promise<ConnectionTest> }
  /** Sends a request as an admin. */
  call(sketch: RequestSketch): Promise<TestAnswer>
  /** Requests a consent link for the account. */
  link(body?: unknown): Promise<string>
  /** A person with a separate browser. */
  visitor(): Visitor
  /** Restores the initial state. */
  reset(): Promise<void>
  stop(): Promise<void>
}

const beginning = '2026-03-02T08:00:00.000Z'
const nothingSaid = tokens()
const someMail = async () => passedTest()

const stamp = {
  version: 1,
  createdAt: '2026-03-01T09:00:00.000Z',
  createdBy: 'admin@example.org',
  changedAt: '2026-03-01T09:00:00.000Z',
  changedBy: 'admin@example.org',
}

export const passedTest = (count = 3): ConnectionTest => ({
  passed: true,
  steps: [],
  waiting: { count, examined: count, bytes: count, largest: 1, flaggedDeleted: 0 },
})

export const failedTest = (step: ConnectionTest['steps'][number]['step'], code: string): ConnectionTest => ({
  passed: false,
  steps: [{ step, state: 'failed', code, detail: `Words of ${code}.`, remedy: `Remedy of ${code}.` }],
})

export const startConsentWorld = async (): Promise<ConsentWorld> => {
  const [tables, server] = await Promise.all([startTables(), startScriptedServer()])
  const clock = { now: new Date(beginning) }
  const now = () => clock.now
  const log = memoryLog()
  const jobs: FetchJob[] = []
  const queue = { refuses: false }
  const keys = new MemoryDataKeys()
  const probed: MailboxSettings[] = []
  const mail: ConsentWorld['mail'] = { answer: someMail }
  const accounts = new AccountStore(tables.table('accounts'))
  const profiles = new ProfileStore(tables.table('oauth2'))
  const providers = new ProviderStore(tables.table('oauth2'))
  const grants = new GrantStore(tables.table('oauthGrants'))
  const consents = new ConsentStore(tables.table('consents'))
  const statuses = new AccountStatusStore(tables.table('accountStatus'))
  const audit = auditTrailOver(tables, now)

  const provider: Provider = {
    providerId: ulid(),
    kind: 'custom',
    name: 'Example Mail',
    authorizationEndpoint: server.authorizationEndpoint,
    tokenEndpoint: server.tokenEndpoint,
    scopes: { imap: ['imap', 'offline_access'], pop3: ['pop', 'offline_access'] },
    clientCredentialsScopes: [],
    authorizationParameters: { prompt: 'consent' },
    clientAuthentication: 'body',
    hosts: {},
    ...stamp,
  }
  const profile: Profile = {
    profileId: ulid(),
    name: 'Desk at Example Mail',
    providerId: provider.providerId,
    clientId: 'client-1',
    secretVersion: 'secret-version-1',
    grant: 'authorization_code',
    comment: '',
    grantEpoch: 1,
    ...stamp,
  }
  const desk = account({
    credential: { method: 'oauth2', profileId: profile.profileId },
    username: 'desk@example.com',
    host: 'imap.example.com',
  })
  const seed = async () => {
    await providers.create(provider)
    await profiles.create(profile)
    await accounts.create(desk)
  }
  await seed()

  const readers = { accounts, profiles, providers }
  const servers = new AuthorizationServers({ allowPrivateAddresses: true, allowClearTextOnLoopback: true })
  const onDefect = (error: unknown) => log.error('defect', { text: String(error) })
  const api = httpFunction({
    roles: testRoles,
    log,
    routes: consentRoutes({
      ...readers,
      consents,
      audit,
      publicUrl,
      returnToUrls: ['https://desk.example.com/admin'],
      now,
    }),
  })
  const start = pageFunction({
    log,
    routes: startRoutes({
      ...readers,
      consents,
      servers,
      publicUrl,
      now,
      onStarted: (accountId) => log.info('started', { accountId }),
    }),
  })
  const callback = pageFunction({
    log,
    routes: callbackRoutes({
      ...readers,
      consents,
      servers,
      secrets: {
        read: async (profileId, version) =>
          profileId === profile.profileId && version === 'secret-version-1' ? clientSecret : undefined,
      },
      probe: async (settings) => {
        probed.push(settings)
        return await mail.answer(settings)
      },
      grants: new GrantKeeper({
        grants,
        cipher: new TokenCipher(keys),
        now,
      }),
      audit,
      statuses,
      runs: new RunStore(tables.table('runs')),
      queue: {
        send: async (sent) => {
          if (queue.refuses) return [...sent]
          jobs.push(...sent)
          return []
        },
      },
      newRunId: () => ulid(),
      publicUrl,
      now,
      onDefect,
      onEnded: (outcome) => log.info('ended', { outcome }),
      deadline: () => AbortSignal.timeout(27_000),
    }),
  })
  const handlers: PageHandlers = { '/oauth2/start/': start, '/oauth2/done/': start, '/oauth2/callback': callback }

  const call = (sketch: RequestSketch) => callHttp(api, sketch)
  const accountId = desk.accountId
  return {
    tables,
    server,
    accounts,
    profiles,
    providers,
    grants,
    consents,
    statuses,
    provider,
    profile,
    accountId,
    clock,
    log,
    jobs,
    queue,
    keys,
    probed,
    mail,
    call,
    link: async (body) => {
      const path = `/accounts/${accountId}/oauth2/authorize`
      const answer = await call({ method: 'POST', path, params: { accountId }, ...(body !== undefined && { body }) })
      if (answer.status !== 201) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`)
      return answer.body.url
    },
    visitor: () => new Visitor(publicUrl, handlers),
    reset: async () => {
      await tables.clear()
      await seed()
      clock.now = new Date(beginning)
      mail.answer = someMail
      queue.refuses = false
      keys.failure = undefined
      server.otherwise = nothingSaid
      for (const list of [log.lines, jobs, probed, server.requests, server.next]) list.length = 0
    },
    stop: async () => {
      await Promise.all([tables.stop(), server.stop()])
    },
  }
}
