import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readNewAccount } from '../../../lib/accounts/manage-accounts.ts'
import { giveReceipt, TestReceipts } from '../../../lib/connection-tests/test-receipts.ts'
import { type AccountsApi, accountInput, startAccountsApi } from '../../support/accounts-api.ts'
import { oauth2Input, putProfiles } from '../../support/oauth2-accounts.ts'

let api: AccountsApi
beforeAll(async () => {
  api = await startAccountsApi()
  await putProfiles(api.tables)
})
afterAll(() => api.stop())
beforeEach(() => {
  api.clock.now = new Date('2026-11-23T10:00:00.000Z')
})

const waiting = { count: 12, oldestAt: '2024-11-02T07:00:12.000Z' }

const receiptFor = async (body: Record<string, unknown>) => {
  const receipts = new TestReceipts(api.tables.table('connectionTests'))
  return giveReceipt(await readNewAccount(body, api.services), waiting, { ...api.services, receipts })
}
const create = (body: unknown, receipt: string) =>
  api.call({ method: 'POST', path: '/accounts', body, query: { receipt } })

describe('POST /accounts with the receipt of a connection test', () => {
  it('POST /accounts with a receipt creates the tested account and shows the waiting mail', async () => {
    const body = accountInput()
    const { status, body: created } = await create({ ...body, comment: 'changed since' }, await receiptFor(body))
    expect(status, JSON.stringify(created)).toBe(201)
    expect(created).toMatchObject({ username: body.username, waiting })
    expect((await api.get(created.accountId)).body).not.toHaveProperty('waiting')
  })

  it.each([
    ['password', { password: 'another' }],
    ['host', { host: 'other.example.org' }],
    ['folder', { folder: 'Other' }],
    ['type', { type: 'IMAPTLS', port: 993 }],
  ])(
    'POST /accounts with a receipt refuses a %s that differs from the tested one, and creates nothing',
    async (_, change) => {
      const body = accountInput()
      const receipt = await receiptFor(body)
      const before = api.secrets.operations.length
      const refused = await create({ ...body, ...change }, receipt)
      expect(refused).toMatchObject({ status: 409, body: { code: 'connection-test-missing' } })
      expect(refused.body.detail).toContain('other settings')
      expect(api.secrets.operations.length).toBe(before)
      expect((await create(body, receipt)).status).toBe(201)
    },
  )

  it('POST /accounts refuses a receipt that is too old, unknown or forged', async () => {
    const body = accountInput()
    const receipt = await receiptFor(body)
    const [testId] = receipt.split('.')
    for (const forged of ['x', '.', 'nobody.nothing', `${testId}.`, `${testId}.AAAA`])
      expect((await create(body, forged)).body.code, forged).toBe('connection-test-missing')
    api.clock.now = new Date('2026-11-23T10:15:01.000Z')
    expect((await create(body, receipt)).body.detail).toContain('15 minutes')
  })

  it('POST /accounts accepts a receipt for an app-only OAuth2 account', async () => {
    const body = oauth2Input({ profileId: 'app', username: 'tested@example.org' })
    const receipt = await receiptFor(body)
    for (const change of [{ profileId: 'people' }, { username: 'other@example.org' }, { port: 994 }])
      expect((await create({ ...body, ...change }, receipt)).body.code).toBe('connection-test-missing')
    // The test used the provider's host because the tested body contained none.
    const { status, body: created } = await create({ ...body, host: 'outlook.office365.com' }, receipt)
    expect(status, JSON.stringify(created)).toBe(201)
    expect(created).toMatchObject({ authentication: 'oauth2', waiting })
  })

  it('POST /accounts refuses the receipt of a password test for an OAuth2 account with the same mailbox', async () => {
    const body = accountInput({ host: 'outlook.office365.com' })
    const { password: _password, ...oauth2 } = { ...body, authentication: 'oauth2', profileId: 'people' }
    expect((await create(oauth2, await receiptFor(body))).body.detail).toContain('other settings')
  })

  it('POST /accounts reports invalid fields before it checks the receipt', async () => {
    const { status, body } = await create({ ...accountInput(), port: 0 }, 'x.y')
    expect(status).toBe(400)
    expect(body.errors).toMatchObject([{ path: '/port' }])
  })
})
