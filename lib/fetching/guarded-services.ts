import { MailboxError } from '../mailbox/mailbox-error.ts'
import { OAuth2Error } from '../oauth2/oauth2-error.ts'
import { UnwritableRow } from '../tables/unwritable-row.ts'
import { StorageFailure } from './fetch-errors.ts'
import type { FetchServices } from './fetch-services.ts'

/** The services of our own that a run needs, as an operator knows them. */
const stores = {
  accounts: 'The accounts table',
  secrets: 'Secrets Manager',
  tokens: 'The store of OAuth2 tokens',
  statuses: 'The account-status table',
  runs: 'The runs table',
  ledger: 'The messages table',
  raw: 'The bucket of raw mail',
  directory: 'The table of queues and addresses',
  queue: 'The fetch queue',
} as const satisfies Partial<Record<keyof FetchServices, string>>

const hasStore = (key: string | symbol): key is keyof typeof stores =>
  typeof key === 'string' && Object.hasOwn(stores, key)

/** The same services, but whatever one of our own stores rejects with is a `StorageFailure` that names the store. */
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

/** Results of our adapters, and defects of our own code: neither means that a store failed. */
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
