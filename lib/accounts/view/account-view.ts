import * as z from 'zod'
import { type Account, accountSchema } from '../account.ts'
import { type AccountOAuth2, accountOAuth2Schema } from '../account-oauth2.ts'
import { type AccountStatus, accountStatusSchema } from '../account-status.ts'
import { accountFieldDocs as docs } from '../fields/field-docs.ts'
import { accountHealthOf, accountHealthSchema } from '../health/account-health.ts'

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
export const accountViewSchema = accountSchema
  .omit({ credential: true, mailboxEpoch: true, version: true })
  .extend({
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

interface Surroundings {
  readonly queueName: string | undefined
  readonly status: AccountStatus | undefined
  readonly oauth2: AccountOAuth2 | undefined
  /** Other valid accounts that collect the same mailbox. */
  readonly rivals: readonly Account[]
}

export const accountViewOf = (
  account: Account,
  { queueName, status, oauth2, rivals }: Surroundings,
  now: Date,
): AccountView => {
  const { credential, dispatching, mailboxEpoch: _epoch, version: _version, ...shown } = account
  return {
    ...shown,
    authentication: credential.method,
    dispatching: { ...dispatching, ...(dispatching.by === 'queue' && queueName !== undefined && { queueName }) },
    ...(oauth2 && { oauth2 }),
    health: accountHealthOf(status, account, now, { oauth2, rivals }),
    status: statusViewOf(status),
  }
}

const statusViewOf = (status: AccountStatus | undefined): AccountView['status'] => ({
  ...(status?.lastRun && { lastRun: status.lastRun }),
  ...(status?.lastStoredAt && { lastStoredAt: status.lastStoredAt }),
  ...(status?.lastSuccessAt && { lastSuccessAt: status.lastSuccessAt }),
  ...(status?.lastError && { lastError: status.lastError }),
  ...(status?.nextFetchAt && { nextFetchAt: status.nextFetchAt }),
  ...(status?.oldestWaitingAt && { oldestWaitingAt: status.oldestWaitingAt }),
})
