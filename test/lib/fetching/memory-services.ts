import type { Account } from '../../../lib/accounts/account.ts'
import type { AccountStatus } from '../../../lib/accounts/account-status.ts'
import type { FetchServices } from '../../../lib/fetching/part.ts'
import type { Message } from '../../../lib/messages/message.ts'
import type { UnstoredMessage } from '../../../lib/messages/unstored/unstored-message.ts'
import { OAuth2Error } from '../../../lib/oauth2/oauth2-error.ts'
import type { TokenOptions } from '../../../lib/oauth2/tokens/access-tokens.ts'
import { builtInQueue } from '../../../lib/queues/queue.ts'
import type { ConversationPart } from '../../../lib/runs/conversation.ts'
import { isOpen, type Run } from '../../../lib/runs/run.ts'
import type { FetchJob } from '../../../lib/schedule/fetch-queue.ts'
import { UnwritableRow } from '../../../lib/tables/items.ts'
import { account } from '../../support/account-rows.ts'
import type { FakeServer } from './fake-server.ts'

export const anAccount = (changes: Partial<Account> = {}): Account =>
  account({
    accountId: 'account-1',
    credential: { method: 'password', secretVersion: 'v1' },
    maxMessageSize: 50 * 1024 * 1024,
    ...changes,
  })

export const aMail = (number: number, to = 'support@example.com'): Buffer =>
  Buffer.from(
    `From: a@example.org\r\nTo: ${to}\r\nSubject: Mail ${number}\r\nMessage-ID: <${number}@example.org>\r\n\r\nBody ${number}\r\n`,
  )

/** In-memory implementations of all ports of a fetch run. Tests can inspect their state. */
export const memoryServices = (server: Pick<FakeServer, 'open'>, fetched: Account = anAccount()) => {
  const state = {
    now: Date.parse('2026-06-01T12:00:05.000Z'),
    accounts: new Map([[fetched.accountId, fetched]]),
    statuses: new Map<string, AccountStatus>(),
    runs: new Map<string, Run>(),
    /** Every record written while its run went on. */
    progress: [] as Run[],
    conversation: [] as ConversationPart[],
    messages: new Map<string, Message>(),
    /** The message IDs of all listed messages. */
    listed: [] as string[],
    raw: new Map<string, Buffer>(),
    /** The quarantine's rows, and how often rows were written or removed. */
    unstored: new Map<string, UnstoredMessage>(),
    quarantineWrites: 0,
    announced: [] as string[],
    /** How many marks were written to rows. */
    marks: 0,
    jobs: [] as FetchJob[],
    /** The numbers of stored messages that were reported for the overview. */
    counted: [] as number[],
    /** The options of each token request. */
    tokensAsked: [] as TokenOptions[],
    /** The results of the next token requests. After these, every result is `token-0`. */
    tokens: [] as Array<string | OAuth2Error>,
    /** The accounts about whose lost consent admins were notified. */
    notified: [] as string[],
    addresses: new Map([['support@example.com', { queueId: 'q-support', name: 'Support' }]]),
    /** The log entries for operators. */
    logged: [] as Array<Readonly<Record<string, string>>>,
    /** Set to make a port fail. With `row`, the table works but rejects this row. */
    fail: {} as {
      put?: (id: string) => boolean
      announce?: (id: string) => boolean
      create?: boolean
      tell?: boolean
      count?: boolean
      quarantine?: boolean
      progress?: boolean
      row?: (message: Message) => boolean
    },
  }
  const services: FetchServices = {
    accounts: {
      read: async (id) => state.accounts.get(id),
      readMany: async (ids) => ids.flatMap((id) => state.accounts.get(id) ?? []),
      existing: async (ids) => new Set(ids.filter((id) => state.accounts.has(id))),
      changedSince: async function* () {
        yield [...state.accounts.keys()]
      },
    },
    secrets: { read: async (_id, version) => (version === 'v1' ? 'secret' : undefined) },
    tokens: {
      tokenFor: async (_account, options = {}) => {
        state.tokensAsked.push(options)
        const token = state.tokens.shift() ?? 'token-0'
        if (token instanceof OAuth2Error) throw token
        return { accessToken: token }
      },
    },
    announceLostConsent: async ({ accountId }) => {
      if (state.fail.tell) throw new Error('topic down')
      state.notified.push(accountId)
    },
    countStored: async (stored) => {
      if (state.fail.count) throw new Error('overview down')
      state.counted.push(stored)
    },
    statuses: {
      read: async (id) => state.statuses.get(id),
      ensure: async (accountId) => void (state.statuses.has(accountId) || state.statuses.set(accountId, { accountId })),
      change: async (id, change) => {
        const before = state.statuses.get(id)
        if (!before) return
        const resume = definedOnly({ ...before.resume, ...change.resume })
        state.statuses.set(id, definedOnly({ ...before, ...change, resume }) as AccountStatus)
      },
      remove: async (id) => void state.statuses.delete(id),
    },
    runs: {
      read: async (id) => state.runs.get(id),
      save: async (run) => void state.runs.set(run.runId, run),
      saveOpen: async (run) => {
        if (state.fail.progress) throw new Error('table down')
        const before = state.runs.get(run.runId)
        if (before && (!isOpen(before) || before.parts !== run.parts)) return false
        state.runs.set(run.runId, run)
        state.progress.push(run)
        return true
      },
    },
    ledger: {
      readMany: async (ids) => ids.flatMap((id) => state.messages.get(id) ?? []),
      readListed: async (ids) => {
        state.listed.push(...ids)
        return ids.flatMap((id) => state.messages.get(id) ?? [])
      },
      create: async (message) => {
        if (state.fail.create) throw new Error('table down')
        if (state.fail.row?.(message)) throw new UnwritableRow('too-large', new Error('of the client'))
        const existing = state.messages.get(message.messageId)
        if (!existing) state.messages.set(message.messageId, message)
        return existing ?? message
      },
      markAnnounced: async ({ messageId, at }) => {
        const row = state.messages.get(messageId)
        state.marks += 1
        if (row) state.messages.set(messageId, { ...row, state: 'announced', announcedAt: at })
      },
      markServer: async (ids, server, at, announced) => {
        for (const id of ids) {
          const row = state.messages.get(id)
          const mark = announced?.get(id)
          state.marks += 1
          const both = mark && ({ state: 'announced', announcedAt: mark.at } as const)
          if (row) state.messages.set(id, { ...row, server, removedAt: at, ...both })
        }
      },
      findByContent: async (accountId, sha256, accept) =>
        [...state.messages.values()].find((row) => row.accountId === accountId && row.sha256 === sha256 && accept(row)),
      unannounced: async function* () {
        yield [...state.messages.values()].filter((row) => row.state === 'stored')
      },
    },
    unstored: {
      ofAccount: async (accountId, limit) => {
        if (state.fail.quarantine) throw new Error('table down')
        return [...state.unstored.values()].filter((row) => row.accountId === accountId).slice(0, limit)
      },
      create: async (row) => {
        if (state.unstored.has(row.messageId)) return false
        state.quarantineWrites += 1
        state.unstored.set(row.messageId, row)
        return true
      },
      replace: async ({ messageId, revision }, next) => {
        if (state.unstored.get(messageId)?.revision !== revision) return false
        state.quarantineWrites += 1
        state.unstored.set(messageId, { ...next, revision: revision + 1 })
        return true
      },
      remove: async (messageId) => {
        state.quarantineWrites += 1
        state.unstored.delete(messageId)
      },
    },
    raw: {
      put: async (id, bytes) => {
        if (state.fail.put?.(id)) throw new Error('bucket down')
        const chunks: Buffer[] = Buffer.isBuffer(bytes) ? [bytes] : []
        if (!Buffer.isBuffer(bytes)) for await (const chunk of bytes) chunks.push(chunk)
        if (state.raw.has(id)) return 'exists'
        state.raw.set(id, Buffer.concat(chunks))
        return 'stored'
      },
      open: async (id) => {
        const bytes = state.raw.get(id)
        return (
          bytes &&
          (async function* () {
            yield bytes
          })()
        )
      },
    },
    announcer: {
      announce: async (message) => {
        if (state.fail.announce?.(message.messageId)) throw new Error('topic down')
        state.announced.push(message.messageId)
      },
    },
    directory: {
      queueById: async (id) => (id === 'q-support' ? { queueId: id, name: 'Support' } : undefined),
      queueByName: async (name) => (name === 'Sales' ? { queueId: 'q-sales', name } : undefined),
      queuesByAddress: async (addresses) =>
        new Map(
          addresses.flatMap((address) => {
            const queue = state.addresses.get(address)
            return queue ? [[address, queue] as const] : []
          }),
        ),
      defaultQueue: async () => builtInQueue,
    },
    queue: {
      send: async (jobs) => {
        state.jobs.push(...jobs)
        return []
      },
    },
    conversations: { write: async (part) => void state.conversation.push(part) },
    openMailbox: (settings, _policy, signal, watch) => server.open(settings, signal, watch),
    network: {
      allowPrivateAddresses: false,
      allowClearTextOnLoopback: false,
      extraPorts: [],
      connectTimeout: 1000,
      silenceTimeout: 1000,
    },
    logError: (detail, error, about) => void state.logged.push({ detail, name: error.name, ...about }),
    tickMinutes: 10,
    controlHeaderPrefix: 'X-OTOBO-',
    now: () => new Date(state.now),
  }
  return { services, state }
}

const definedOnly = (fields: object): object =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))

export const aDeadline = (now: number, signal: AbortSignal = new AbortController().signal) => ({
  startNothingAfter: now + 240_000,
  signal,
})

export const tick = (slot = '2026-06-01T12:00:00.000Z', runId = `run-${slot}`): FetchJob => ({
  kind: 'tick',
  accountId: 'account-1',
  runId,
  slot,
})
