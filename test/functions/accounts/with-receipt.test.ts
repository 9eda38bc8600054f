import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readNewAccount } from '../../../lib/accounts/create-account.ts'
import { DynamoTestReceipts } from '../../../lib/accounts/dynamo-test-receipts.ts'
import { giveReceipt } from '../../../lib/accounts/test-receipt.ts'
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
  const receipts = new DynamoTestReceipts(api.tables.table('connectionTests'))
  return giveReceipt(await readNewAccount(body, api.services), waiting, { ...api.services, receipts })
}
const create = (body: unknown, receipt: string) =>
  api.call({ method: 'POST', path: '/accounts', body, query: { receipt } })

describe('POST /accounts with the receipt of a connection test', () => {
  it('creates what was tested and says what waits', async () => {
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
  ])('refuses another %s than the tested one, and creates nothing', async (_, change) => {
    const body = accountInput()
    const receipt = await receiptFor(body)
    const before = api.secrets.operations.length
    const refused = await create({ ...body, ...change }, receipt)
    expect(refused).toMatchObject({ status: 409, body: { code: 'connection-test-missing' } })
    expect(refused.body.detail).toContain('other settings')
    expect(api.secrets.operations.length).toBe(before)
    expect((await create(body, receipt)).status).toBe(201)
  })

  it('refuses a receipt that is too old, unknown or forged', async () => {
    const body = accountInput()
    const receipt = await receiptFor(body)
    const [testId] = receipt.split('.')
    for (const forged of ['x', '.', 'nobody.nothing', `${testId}.`, `${testId}.AAAA`])
      expect((await create(body, forged)).body.code, forged).toBe('connection-test-missing')
    api.clock.now = new Date('2026-11-23T10:15:01.000Z')
    expect((await create(body, receipt)).body.detail).toContain('15 minutes')
  })

  it('is for accounts with OAuth2 too, where the application itself could be tested', async () => {
    const body = oauth2Input({ profileId: 'app', username: 'tested@example.org' })
    const receipt = await receiptFor(body)
    for (const change of [{ profileId: 'people' }, { username: 'other@example.org' }, { port: 994 }])
      expect((await create({ ...body, ...change }, receipt)).body.code).toBe('connection-test-missing')
    // The host that was left out is the one that was tested.
    const { status, body: created } = await create({ ...body, host: 'outlook.office365.com' }, receipt)
    expect(status, JSON.stringify(created)).toBe(201)
    expect(created).toMatchObject({ authentication: 'oauth2', waiting })
  })

  it('of a password says nothing of a token for the same mailbox', async () => {
    const body = accountInput({ host: 'outlook.office365.com' })
    const { password: _password, ...oauth2 } = { ...body, authentication: 'oauth2', profileId: 'people' }
    expect((await create(oauth2, await receiptFor(body))).body.detail).toContain('other settings')
  })

  it('names wrong fields before it looks at the receipt', async () => {
    const { status, body } = await create({ ...accountInput(), port: 0 }, 'x.y')
    expect(status).toBe(400)
    expect(body.errors).toMatchObject([{ path: '/port' }])
  })
})
