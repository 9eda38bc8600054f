import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import pLimit from 'p-limit'
import { ulid } from 'ulid'
import type { Account, AccountId } from '../../../lib/accounts/account.ts'
import { AccountStore } from '../../../lib/accounts/store/account-store.ts'
import { accountTypeFacts, accountTypes } from '../../../lib/mailbox/account-type.ts'
import { AccountStatusStore, dueAt, type StatusChange } from '../../../lib/schedule/account-status-store.ts'
import { Table } from '../../../lib/tables/table.ts'
import { tables } from '../../../lib/tables/tables.ts'
import { account } from '../../support/account-rows.ts'
import type { TestStack } from '../../support/stack.ts'

/** How many rows are written at once. The emulator serves one request at a time, so more would only wait. */
const concurrency = 40
const minute = 60_000

/**
 * Writes accounts into the tables, because creating 10,000 of them through the API takes too long. One in fifty is failing,
 * one in thirty is not valid, and all others were fetched a few minutes ago. Their mail server does not exist, so the
 * schedule must be off.
 * @returns the accounts in no particular order
 */
export const seedAccounts = async (stack: TestStack, count: number): Promise<Account[]> => {
  const client = new DynamoDBClient({ ...stack.local.clientConfig, endpoint: stack.local.endpoints.dynamodb })
  const accounts = new AccountStore(new Table(client, stack.resource('TablesAccounts'), tables.accounts))
  const statuses = new AccountStatusStore(
    new Table(client, stack.resource('TablesAccountStatus'), tables.accountStatus),
  )
  const now = Date.now()
  const limit = pLimit(concurrency)
  try {
    return await limit.map(Array.from({ length: count }), async (_, index) => {
      const one = accountAt(index, new Date(now - 60 * minute + index))
      await accounts.create(one)
      if (one.validity === 'valid') await statuses.ensure(one.accountId, statusAt(one.accountId, index, now))
      return one
    })
  } finally {
    client.destroy()
  }
}

const accountAt = (index: number, changedAt: Date): Account => {
  const type = accountTypes[index % accountTypes.length] ?? 'IMAPS'
  return account({
    type,
    host: `mail${index % 7}.example.org`,
    port: accountTypeFacts[type].defaultPort,
    username: `desk${String(index).padStart(5, '0')}@example.org`,
    validity: index % 30 === 7 ? 'invalid' : 'valid',
    comment: index % 3 === 0 ? `Branch ${index % 40}, ticket desk` : '',
    createdAt: changedAt.toISOString(),
    changedAt: changedAt.toISOString(),
  })
}

const statusAt = (accountId: AccountId, index: number, now: number): StatusChange => {
  const ago = (minutes: number): string => new Date(now - minutes * minute).toISOString()
  const failed = index % 50 === 11
  const run = { runId: ulid(), startedAt: ago(6), endedAt: ago(5), stored: index % 4, deleted: index % 4 }
  return {
    ...dueAt(accountId, new Date(now + 5 * minute).toISOString()),
    lastRun: { ...run, state: failed ? 'failed' : 'done' },
    recentRuns: [{ state: failed ? 'failed' : 'done', at: run.endedAt }],
    ...(failed
      ? { lastError: { ...rejected, at: ago(5), since: ago(45), consecutive: 5 }, oldestWaitingAt: ago(50) }
      : { lastSuccessAt: ago(5), lastStoredAt: ago(30) }),
  }
}

const rejected = {
  code: 'credentials-rejected',
  detail: 'The server rejected the user name or password.',
  remedy: 'Check the user name and password. Many providers require an app password or OAuth2.',
}
