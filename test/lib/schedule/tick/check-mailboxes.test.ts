import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Account } from '../../../../lib/accounts/account.ts'
import { formerMailboxKeyOf, mailboxKeyOf } from '../../../../lib/accounts/account-mailbox.ts'
import { AccountStatusStore } from '../../../../lib/schedule/account-status-store.ts'
import { checkMailboxes } from '../../../../lib/schedule/tick/check-mailboxes.ts'
import type { DispatchServices } from '../../../../lib/schedule/tick/dispatch-services.ts'
import { account } from '../../../support/account-rows.ts'
import { type AccountsApi, startAccountsApi } from '../../../support/accounts-api.ts'

const host = 'mail.example.org'
let api: AccountsApi
let statuses: AccountStatusStore
beforeEach(async () => {
  api = await startAccountsApi()
  statuses = new AccountStatusStore(api.tables.table('accountStatus'))
})
afterEach(() => api.stop())

const claims = () => api.tables.table('mailboxClaims')
const holderOf = async (key: string) => (await claims().get(key))?.accountId

/** Creates an account with a claim in an earlier version's format. */
const formerly = async (accountId: string, changes: Partial<Account> = {}): Promise<Account> => {
  const row = account({ accountId, host, ...changes })
  await api.services.accounts.create(row)
  await claims().put({ mailbox: formerMailboxKeyOf(row), accountId, version: 1, claimedAt: row.createdAt })
  await statuses.ensure(accountId)
  return row
}

const failed: string[] = []
const check = async (mayGoOn = () => true) => {
  failed.length = 0
  const services = { ...api.services, statuses, now: () => api.clock.now } as unknown as DispatchServices
  return await checkMailboxes(services, mayGoOn, (accountId) => failed.push(accountId))
}
const aDayLater = () => {
  api.clock.now = new Date(api.clock.now.getTime() + 24 * 60 * 60_000)
}
const warningsOf = async (accountId: string) => (await api.get(accountId)).body.health.warnings ?? []

describe('the daily check of mailbox claims', () => {
  it('the daily check moves an earlier version’s claims to their new keys', async () => {
    const anna = await formerly('a', { username: 'Anna@Example.org' })
    const bert = await formerly('b', { username: 'bert', host: '2001:0db8:0:0:0:0:0:1' })
    const carl = await formerly('c', { username: 'carl' })
    expect(await check()).toEqual([])
    for (const row of [anna, bert, carl]) expect(await holderOf(mailboxKeyOf(row))).toBe(row.accountId)
    for (const row of [anna, bert]) expect(await claims().get(formerMailboxKeyOf(row))).toBeUndefined()
    for (const row of [anna, bert, carl]) expect(await warningsOf(row.accountId)).toEqual([])
  })

  it('the check of mailbox claims runs once a day', async () => {
    await formerly('a', { username: 'Anna' })
    await check()
    const late = await formerly('b', { username: 'Bert' })
    await check()
    expect(await holderOf(mailboxKeyOf(late))).toBeUndefined()
    aDayLater()
    await check()
    expect(await holderOf(mailboxKeyOf(late))).toBe('b')
  })

  it('the daily check lists accounts of one mailbox in each other’s status until one is deleted, invalid or moved', async () => {
    await formerly('a', { username: 'Anna' })
    await formerly('b', { username: 'anna', validity: 'valid' })
    await formerly('c', { username: 'carl' })
    expect(await check()).toEqual([['a', 'b']])
    expect(await warningsOf('a')).toEqual([
      {
        code: 'same-mailbox',
        detail: expect.stringContaining(`Account b (anna at ${host})`),
        remedy: expect.any(String),
      },
    ])
    expect(await warningsOf('b')).toMatchObject([
      { code: 'same-mailbox', detail: expect.stringContaining('Account a') },
    ])
    expect(await warningsOf('c')).toEqual([])
    expect((await api.list({ health: 'warning' })).body.items).toHaveLength(2)

    await api.change('PATCH', 'b', { validity: 'invalid' })
    expect(await warningsOf('a')).toEqual([])
    await api.change('PATCH', 'b', { validity: 'valid' })
    expect(await warningsOf('a')).toHaveLength(1)
    await api.change('PATCH', 'b', { folder: 'Desk' })
    expect(await warningsOf('a')).toEqual([])
    aDayLater()
    expect(await check()).toEqual([])
    expect((await statuses.read('a'))?.sameMailbox).toBeUndefined()
  })

  it('the daily check gives the mailbox to the remaining one of two accounts', async () => {
    const anna = await formerly('a', { username: 'Anna' })
    const other = await formerly('b', { username: 'anna' })
    await check()
    const holder = await holderOf(mailboxKeyOf(anna))
    const [left, gone] = holder === 'a' ? [other, anna] : [anna, other]
    expect((await api.change('DELETE', gone.accountId)).status).toBe(204)
    aDayLater()
    expect(await check()).toEqual([])
    expect(await holderOf(mailboxKeyOf(left))).toBe(left.accountId)
  })

  it('the daily check takes over the claim of an interrupted request, but not a claim that was just made', async () => {
    const anna = await formerly('a', { username: 'anna' })
    const bert = await formerly('b', { username: 'bert' })
    const at = (ago: number) => new Date(api.clock.now.getTime() - ago).toISOString()
    await claims().put({ mailbox: mailboxKeyOf(anna), accountId: 'died', version: 1, claimedAt: at(120_000) })
    await claims().put({ mailbox: mailboxKeyOf(bert), accountId: 'saving', version: 1, claimedAt: at(1_000) })
    await check()
    expect(await holderOf(mailboxKeyOf(anna))).toBe('a')
    expect(await holderOf(mailboxKeyOf(bert))).toBe('saving')
  })

  it('the daily check is repeated at the next tick after it ran out of time or failed for one account', async () => {
    const anna = await formerly('a', { username: 'Anna' })
    const bert = await formerly('b', { username: 'Bert' })
    await check(() => false)
    expect(await holderOf(mailboxKeyOf(anna))).toBeUndefined()
    const { takeFor } = api.services.claims
    Object.assign(api.services.claims, {
      takeFor: async (...wanted: Parameters<typeof takeFor>) => {
        if (wanted[0].accountId === 'a') throw new Error('write refused')
        return await takeFor.apply(api.services.claims, wanted)
      },
    })
    await check()
    expect(failed).toEqual(['a'])
    expect(await holderOf(mailboxKeyOf(bert))).toBe('b')
    Object.assign(api.services.claims, { takeFor })
    await check()
    expect(failed).toEqual([])
    expect(await holderOf(mailboxKeyOf(anna))).toBe('a')
  })
})

describe('before the first check', () => {
  it.each([
    ['ANNA', host],
    ['Anna', host],
    ['anna', 'MAIL.example.org.'],
  ])(
    'before the first check, no second account for %s at %s can be created next to one with a former claim',
    async (username, spelledHost) => {
      await formerly('a', { username: 'Anna' })
      const refused = await api.create({ username, host: spelledHost })
      expect(refused.body).toMatchObject({
        code: 'mailbox-taken',
        detail: expect.stringContaining('The account Anna at mail.example.org (a) already'),
      })
      expect(await holderOf(mailboxKeyOf(account({ accountId: 'x', username, host })))).toBeUndefined()
      await check()
      expect((await api.create({ username, host: spelledHost })).body.code).toBe('mailbox-taken')
    },
  )

  it('before the first check, an account can change its spelling and keeps its mailbox', async () => {
    await formerly('a', { username: 'Anna' })
    expect((await api.change('PATCH', 'a', { username: 'anna' })).status).toBe(200)
    expect((await api.create({ username: 'ANNA', host })).body.code).toBe('mailbox-taken')
    await check()
    expect((await api.create({ username: 'Anna', host })).body.code).toBe('mailbox-taken')
  })

  it('before the first check, an account that changes its mailbox releases the former one', async () => {
    await formerly('a', { username: 'Anna' })
    await api.change('PATCH', 'a', { username: 'other' })
    expect((await api.create({ username: 'anna', host })).status).toBe(201)
  })
})
