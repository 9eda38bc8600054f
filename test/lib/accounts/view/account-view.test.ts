import { afterAll, beforeAll, expect, it } from 'vitest'
import { AccountStore } from '../../../../lib/accounts/store/account-store.ts'
import { accountViewSchema, viewAccounts } from '../../../../lib/accounts/view/account-view.ts'
import { account } from '../../../support/account-rows.ts'
import { type AccountsApi, startAccountsApi } from '../../../support/accounts-api.ts'

let api: AccountsApi
beforeAll(async () => {
  api = await startAccountsApi()
})
afterAll(() => api.stop())

it('the account view shows neither unknown columns of a row nor the credential, the epoch or the version', async () => {
  await new AccountStore(api.tables.table('accounts')).create(account({ accountId: 'a' }))
  const row = await api.tables.table('accounts').get('a')
  await api.tables.table('accounts').put({ ...row, internalNote: 'not for admins' })
  const { body } = await api.get('a')
  expect(Object.keys(body).filter((name) => !(name in accountViewSchema.shape))).toEqual([])
  for (const name of ['internalNote', 'credential', 'mailboxEpoch', 'version', 'listingKey'])
    expect(body).not.toHaveProperty(name)
})

it('the account view does not show a field of an account that it does not name', async () => {
  const withColumn = { ...account({ accountId: 'b' }), internalNote: 'not for admins' }
  const [view] = await viewAccounts([withColumn], api.services)
  expect(view).toMatchObject({ accountId: 'b' })
  expect(view).not.toHaveProperty('internalNote')
})
