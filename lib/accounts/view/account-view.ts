import * as z from 'zod'
import { type Account, type AccountId, shownAccountFields } from '../account.ts'
import { type MailboxFields, mailboxKeyOf } from '../account-mailbox.ts'
import { type AccountOAuth2, accountOAuth2Schema } from '../account-oauth2.ts'
import type { AccountServices } from '../account-services.ts'
import { type AccountStatus, accountStatusSchema } from '../account-status.ts'
import { accountFieldDocs as docs } from '../fields/field-docs.ts'
import { accountHealthOf, accountHealthSchema } from '../health/account-health.ts'
import type { AccountReader } from '../store/account-store.ts'

/** The parts of the status that people need. The other fields are bookkeeping of fetch runs. */
const statusViewSchema = accountStatusSchema
  .pick({
    lastRun: true,
    lastSuccessAt: true,
    lastError: true,
    nextFetchAt: true,
    oldestWaitingAt: true,
    lastStoredAt: true,
  })
  .meta({ id: 'AccountStatus', description: 'The account’s fetch status. Empty before the first run.' })

/** The account as the API shows it. It contains neither the password nor a reference to where the secret is stored. */
export const accountViewSchema = z
  .object({
    ...shownAccountFields,
    authentication: z.enum(['password', 'oauth2']).meta({ ...docs.authentication, examples: ['oauth2'] }),
    dispatching: z
      .discriminatedUnion('by', [
        z.object({ by: z.literal('to-field').meta(docs.dispatchingBy) }),
        z.object({
          by: z.literal('queue').meta(docs.dispatchingBy),
          queueId: z.string().meta(docs.queueId),
          queueName: z.string().meta(docs.queueName).optional(),
        }),
      ])
      .meta(docs.dispatching),
    oauth2: accountOAuth2Schema.optional(),
    health: accountHealthSchema,
    status: statusViewSchema,
  })
  .meta({ id: 'Account', description: 'A mail account, without its password.' })
export type AccountView = z.infer<typeof accountViewSchema>

const none: ReadonlyMap<AccountId, AccountOAuth2> = new Map()

/** Parsing removes all other fields. */
const shownSchema = z.object(shownAccountFields)

export interface ViewServices
  extends Pick<AccountServices, 'queues' | 'statuses' | 'connections' | 'receivers' | 'now'> {
  readonly accounts: Pick<AccountReader, 'readMany'>
}

/** @returns the accounts with the names of their queues, their status and their connection, in the given order */
export const viewAccounts = async (accounts: readonly Account[], services: ViewServices): Promise<AccountView[]> => {
  const now = services.now()
  const [queueNames, statuses, oauth2Of, receivers] = await Promise.all([
    readQueueNames(accounts, services),
    services.statuses.readMany(accounts.map(({ accountId }) => accountId)),
    accounts.some(({ credential }) => credential.method === 'oauth2')
      ? services.connections.readMany(accounts, now)
      : none,
    services.receivers.readReceivers(),
  ])
  const statusOf = new Map(statuses.map((status) => [status.accountId, status]))
  const rivalsOf = await readRivals(accounts, statusOf, services)
  return accounts.map((account) => {
    const { accountId, credential, dispatching } = account
    const queueName = queueNames.get(queueIdOf(account) ?? '')
    const oauth2 = oauth2Of.get(accountId)
    const status = statusOf.get(accountId)
    return {
      ...shownSchema.parse(account),
      authentication: credential.method,
      dispatching: { ...dispatching, ...(dispatching.by === 'queue' && queueName !== undefined && { queueName }) },
      ...(oauth2 && { oauth2 }),
      health: accountHealthOf(status, account, now, { oauth2, rivals: rivalsOf.get(accountId) ?? [], receivers }),
      status: statusViewSchema.parse(status ?? {}),
    }
  })
}

type Dispatched = Pick<Account, 'dispatching'>

export const queueIdOf = ({ dispatching }: Dispatched): string | undefined =>
  dispatching.by === 'queue' ? dispatching.queueId : undefined

/** @returns the names of the accounts' queues, by id */
export const readQueueNames = async (
  accounts: readonly Dispatched[],
  { queues }: Pick<ViewServices, 'queues'>,
): Promise<Map<string, string>> => {
  const ids = new Set(accounts.map(queueIdOf).filter((queueId) => queueId !== undefined))
  const found = ids.size === 0 ? [] : await queues.readMany([...ids])
  return new Map(found.map(({ queueId, name }) => [queueId, name]))
}

/** @returns for each account's id, the other valid accounts that collect the same mailbox */
export const readRivals = async (
  accounts: readonly (MailboxFields & Pick<Account, 'accountId'>)[],
  statusOf: ReadonlyMap<string, AccountStatus>,
  services: Pick<ViewServices, 'accounts'>,
): Promise<Map<string, Account[]>> => {
  const named = (accountId: string) => statusOf.get(accountId)?.sameMailbox ?? []
  const ids = new Set(accounts.flatMap(({ accountId }) => named(accountId)))
  if (ids.size === 0) return new Map()
  const known = new Map((await services.accounts.readMany([...ids])).map((account) => [account.accountId, account]))
  const rivals = (account: (typeof accounts)[number]) =>
    named(account.accountId)
      .flatMap((accountId) => known.get(accountId) ?? [])
      .filter((other) => other.validity === 'valid' && mailboxKeyOf(other) === mailboxKeyOf(account))
  return new Map(accounts.map((account) => [account.accountId, rivals(account)]))
}
