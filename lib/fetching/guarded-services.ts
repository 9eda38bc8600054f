import { MailboxError } from '../mailbox/mailbox-error.ts'
import { OAuth2Error } from '../oauth2/oauth2-error.ts'
import { UnwritableRow } from '../tables/unwritable-row.ts'
import { StorageFailure } from './failures.ts'
import type { FetchServices } from './services.ts'

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
export const guardedServices = (services: FetchServices): FetchServices =>
  new Proxy(services, {
    get: (target, key, receiver) => {
      const port: unknown = Reflect.get(target, key, receiver)
      return hasStore(key) && typeof port === 'object' && port !== null ? guardedPort(port, stores[key]) : port
    },
  })

const guardedPort = <Port extends object>(port: Port, store: string): Port =>
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
