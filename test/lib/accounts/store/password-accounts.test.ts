import { afterAll, beforeAll, expect, it } from 'vitest'
import { AccountStore } from '../../../../lib/accounts/store/account-store.ts'
import { PasswordAccounts } from '../../../../lib/accounts/store/password-accounts.ts'
import { account } from '../../../support/account-rows.ts'
import { startTables, type TestTables } from '../../../support/dynamo.ts'

let tables: TestTables
beforeAll(async () => {
  tables = await startTables()
})
afterAll(() => tables.stop())

it('PasswordAccounts returns existing accounts, except those that have used OAuth2 for more than a day', async () => {
  const store = new AccountStore(tables.table('accounts'))
  const credential = { method: 'oauth2', profileId: 'p' } as const
  await store.create(account({ accountId: 'password', changedAt: '2026-01-01T00:00:00.000Z' }))
  await store.create(account({ accountId: 'switched', credential, changedAt: '2026-11-22T09:59:59.000Z' }))
  await store.create(account({ accountId: 'just-switched', credential, changedAt: '2026-11-22T10:00:01.000Z' }))
  await tables.table('accounts').put({ accountId: 'unreadable', changedAt: '2026-01-01T00:00:00.000Z' })
  const owners = new PasswordAccounts(tables.table('accounts'), () => new Date('2026-11-23T10:00:00.000Z'))
  const ids = ['password', 'switched', 'just-switched', 'unreadable', 'gone']
  expect([...(await owners.existing(ids))].sort()).toEqual(['just-switched', 'password', 'unreadable'])
})
