import type { Account } from '../accounts/account.ts'
import type { AccountReader } from '../accounts/store/account-store.ts'
import type { QueueDirectory } from '../dispatching/queue-directory.ts'
import type { MailPolicy, OpenMailbox } from '../mailbox/mailbox.ts'
import { MailboxError } from '../mailbox/mailbox-error.ts'
import type { Announcer, MessageLedger, RawStore } from '../messages/message.ts'
import { OAuth2Error, type OAuth2Finding } from '../oauth2/oauth2-error.ts'
import type { AccessTokens } from '../oauth2/tokens/access-tokens.ts'
import type { ConversationStore } from '../runs/conversation-store.ts'
import type { RunStore } from '../runs/run-store.ts'
import type { AccountStatusStore } from '../schedule/account-status-store.ts'
import type { FetchQueue } from '../schedule/fetch-queue.ts'
import type { PasswordReader } from '../secrets/secret-store.ts'
import { UnwritableRow } from '../tables/items.ts'
import { StorageFailure } from './failures.ts'

/** The external services of a fetch run. They are built once per process, and tests replace single ones. */
export interface FetchServices {
  readonly accounts: AccountReader
  readonly secrets: PasswordReader
  readonly tokens: AccessTokens
  /** Notifies admins once that an account's consent is no longer valid, with the reason. */
  readonly announceLostConsent: (
    account: Account,
    why: Pick<OAuth2Finding, 'code' | 'detail' | 'remedy'>,
  ) => Promise<void>
  readonly statuses: Pick<AccountStatusStore, 'read' | 'ensure' | 'change' | 'takeSlot' | 'remove'>
  readonly runs: Pick<RunStore, 'read' | 'save'>
  readonly conversations: Pick<ConversationStore, 'write'>
  readonly ledger: MessageLedger
  readonly raw: Pick<RawStore, 'put'>
  readonly announcer: Announcer
  readonly directory: QueueDirectory
  readonly queue: Pick<FetchQueue, 'send'>
  readonly openMailbox: OpenMailbox
  readonly network: MailPolicy
  /** Logs an error for operators. Only its safe fields may reach the log. */
  readonly logError: (detail: string, error: Error, about: Readonly<Record<string, string>>) => void
  readonly tickMinutes: number
  readonly controlHeaderPrefix: string
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** When to stop. `startNothingAfter` is in milliseconds since the epoch. `signal` aborts work that is still running. */
export interface FetchDeadline {
  readonly startNothingAfter: number
  readonly signal: AbortSignal
}

/** The names of Postmaster's own stores that a run needs, as operators know them. */
const stores = {
  accounts: 'The accounts table',
  secrets: 'Secrets Manager',
  tokens: 'The OAuth2 token store',
  statuses: 'The account-status table',
  runs: 'The runs table',
  ledger: 'The messages table',
  raw: 'The raw-mail bucket',
  directory: 'The queues and addresses table',
  queue: 'The fetch queue',
} as const satisfies Partial<Record<keyof FetchServices, string>>

const hasStore = (key: string | symbol): key is keyof typeof stores =>
  typeof key === 'string' && Object.hasOwn(stores, key)

/** Wraps the services so that an error of one of Postmaster's own stores becomes a `StorageFailure` with its name. */
export const withStorageFailures = (services: FetchServices): FetchServices =>
  new Proxy(services, {
    get: (target, key, receiver) => {
      const port: unknown = Reflect.get(target, key, receiver)
      return hasStore(key) && typeof port === 'object' && port !== null ? withStorageFailure(port, stores[key]) : port
    },
  })

const withStorageFailure = <Port extends object>(port: Port, store: string): Port =>
  new Proxy(port, {
    get: (target, key) => {
      const method: unknown = Reflect.get(target, key, target)
      if (typeof method !== 'function') return method
      return (...args: unknown[]) => {
        const answer: unknown = Reflect.apply(method, target, args)
        return answer instanceof Promise ? answer.catch((error: unknown) => raise(error, store)) : answer
      }
    },
  })

/** Errors that do not mean that a store failed: expected errors of the adapters, and defects in Postmaster's code. */
const notOfTheStore = [
  MailboxError,
  OAuth2Error,
  UnwritableRow,
  StorageFailure,
  TypeError,
  RangeError,
  ReferenceError,
] as const

const raise = (error: unknown, store: string): never => {
  throw notOfTheStore.some((kind) => error instanceof kind) ? error : new StorageFailure(store, { cause: error })
}
