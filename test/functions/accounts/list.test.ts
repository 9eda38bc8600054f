import pLimit from 'p-limit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAccount, readNewAccount } from '../../../lib/accounts/manage-accounts.ts'
import { account, secretVersionOf } from '../../support/account-rows.ts'
import { type AccountsApi, accountInput, startAccountsApi } from '../../support/accounts-api.ts'
import { actor } from '../../support/actor.ts'
import { readerClaims } from '../../support/http-event.ts'

let api: AccountsApi
/** Enough accounts for several steps of a search, and few enough for a fast test. */
const many = 560

beforeAll(async () => {
  api = await startAccountsApi()
  await api.putQueue('support', 'Kundendienst')
  const zoe = account({ username: 'Zoe', host: 'a.example', comment: 'Straße der MÜLLERS' })
  const rows = [
    zoe,
    account({ username: 'adam', host: 'a.example', dispatching: { by: 'queue', queueId: 'support' } }),
    account({ username: 'bert', host: 'b.example', folder: 'Beschwerden', validity: 'invalid-temporarily' }),
    account({ username: 'carl', host: 'b.example', type: 'POP3TLS', validity: 'invalid' }),
    ...Array.from({ length: many - 4 }, (_, i) =>
      account({ username: `user-${String(i).padStart(4, '0')}`, host: 'm.example' }),
    ),
  ]
  const write = pLimit(20)
  await Promise.all(rows.map((row) => write(() => api.services.accounts.create(row))))
  await api.tables.table('accountStatus').put({
    accountId: zoe.accountId,
    lastSuccessAt: '2026-11-22T10:00:00.000Z',
    nextFetchAt: '2026-11-23T10:10:00.000Z',
    dueBucket: 'due#3',
    lastSlot: '2026-11-23T10:00:00.000Z',
    lastError: {
      code: 'login-refused',
      detail: 'The server refused the password.',
      remedy: 'Enter it again.',
      at: '2026-11-23T10:00:00.000Z',
      consecutive: 2,
    },
  })
})
afterAll(() => api.stop())

const all = async (query: Record<string, string> = {}) => {
  const items = []
  let next: string | undefined
  do {
    const { body } = await api.list({ ...query, ...(next && { next }) })
    items.push(...body.items)
    next = body.next
  } while (next)
  return items.map(({ host, username }) => `${username}@${host}`)
}

describe('GET /accounts', () => {
  it('GET /accounts sorts by host, then by username without case, and its pages contain each account once', async () => {
    const names = await all({ limit: '100' })
    expect(names).toHaveLength(many)
    expect(new Set(names).size).toBe(many)
    expect(names.slice(0, 5)).toEqual([
      'adam@a.example',
      'Zoe@a.example',
      'bert@b.example',
      'carl@b.example',
      'user-0000@m.example',
    ])
    expect(names.at(-1)).toBe(`user-${String(many - 5).padStart(4, '0')}@m.example`)
  })

  it('GET /accounts returns 50 accounts by default, and no token on the last page', async () => {
    const { body } = await api.list()
    expect(body.items).toHaveLength(50)
    expect(typeof body.next).toBe('string')
    expect((await api.list({ filter: 'carl' })).body).not.toHaveProperty('next')
  })

  it('GET /accounts shows the status and the queue name, and no internal fields', async () => {
    const { body } = await api.list({ limit: '2' })
    expect(body.items[0].dispatching.queueName).toBe('Kundendienst')
    expect(body.items[1].status).toEqual({
      lastSuccessAt: '2026-11-22T10:00:00.000Z',
      nextFetchAt: '2026-11-23T10:10:00.000Z',
      lastError: {
        code: 'login-refused',
        detail: 'The server refused the password.',
        remedy: 'Enter it again.',
        at: '2026-11-23T10:00:00.000Z',
        consecutive: 2,
      },
    })
    for (const inner of ['credential', 'secretVersion', 'listingKey', 'mailboxEpoch', 'dueBucket', '"password":'])
      expect(JSON.stringify(body)).not.toContain(inner)
  })

  it('GET /accounts filters by every displayed field, ignoring case', async () => {
    const filters: [string, string][] = [
      ['müllers', 'Zoe@a.example'],
      ['kundenDIENST', 'adam@a.example'],
      ['beschw', 'bert@b.example'],
      ['pop3tls', 'carl@b.example'],
      ['invalid-temp', 'bert@b.example'],
      ['refused the PASS', 'Zoe@a.example'],
      ['login-refused', 'Zoe@a.example'],
      ['user-0555', 'user-0555@m.example'],
      ['no account has this', ''],
    ]
    for (const [filter, expected] of filters)
      expect([filter, ...(await all({ filter }))]).toEqual([filter, ...(expected ? [expected] : [])])
  })

  it('GET /accounts does not find a password or the version of its secret', async () => {
    expect(await all({ filter: 'correct horse' })).toEqual([])
    const [item] = (await api.list({ limit: '1' })).body.items
    const secretVersion = secretVersionOf(await api.services.accounts.read(item.accountId))
    expect(await all({ filter: secretVersion })).toEqual([])
  })

  it('GET /accounts fills each filtered page, and its pages neither skip nor repeat accounts', async () => {
    const first = await api.list({ filter: 'USER-01', limit: '30' })
    expect(first.body.items).toHaveLength(30)
    const names = await all({ filter: 'USER-01', limit: '30' })
    expect(names).toEqual(Array.from({ length: 100 }, (_, i) => `user-01${String(i).padStart(2, '0')}@m.example`))
  })

  it('GET /accounts filters by validity, alone or with a text', async () => {
    expect(await all({ validity: 'invalid' })).toEqual(['carl@b.example'])
    expect(await all({ validity: 'valid', limit: '100' })).toHaveLength(many - 2)
    expect(await all({ validity: 'invalid', filter: 'bert' })).toEqual([])
  })

  it('GET /accounts shows the health of each account and filters by it', async () => {
    const [failing] = (await api.list({ health: 'failing' })).body.items
    expect(failing).toMatchObject({
      username: 'Zoe',
      health: { state: 'failing', code: 'login-refused', remedy: 'Enter it again.', since: '2026-11-23T10:00:00.000Z' },
    })
    expect(await all({ health: 'failing' })).toEqual(['Zoe@a.example'])
    expect(await all({ health: 'not-fetched' })).toEqual(['bert@b.example', 'carl@b.example'])
    expect(await all({ health: 'failing', filter: 'bert' })).toEqual([])
    expect((await api.list({ health: 'splendid' })).status).toBe(400)
  })

  it('GET /accounts does not search the health texts', async () => {
    expect(await all({ filter: 'in a row' })).toEqual([])
    expect(await all({ filter: 'Switched off' })).toEqual([])
  })

  it('GET /accounts continues after the last row of a page, even if accounts were created or deleted since', async () => {
    const first = await api.list({ limit: '4' })
    const last = first.body.items[3]
    const before = await api.create({ username: 'aaa', host: 'a.example' })
    await api.change('DELETE', last.accountId)
    const second = await api.list({ limit: '2', next: first.body.next })
    expect(second.body.items.map((item: { username: string }) => item.username)).toEqual(['user-0000', 'user-0001'])
    await api.change('DELETE', before.body.accountId)
    await api.create({ username: 'carl', host: 'b.example', type: 'POP3TLS', validity: 'invalid' })
  })

  it('GET /accounts reports the names of invalid parameters', async () => {
    const paths = async (query: Record<string, string>) =>
      (await api.list(query)).body.errors.map(({ path }: { path: string }) => path)
    expect(await paths({ limit: '0', validity: 'x', filter: '', color: 'red' })).toEqual([
      'limit',
      'filter',
      'validity',
      'color',
    ])
    for (const next of ['garbage', 'e30', Buffer.from('{"listingKey":1,"accountId":"x"}').toString('base64url')])
      expect(await paths({ next })).toEqual(['next'])
  })

  it('GET /accounts allows the reader role', async () => {
    expect((await api.call({ method: 'GET', path: '/accounts', claims: readerClaims })).status).toBe(200)
  })

  it('GET /accounts takes at most a few seconds if a filter matches none of a few hundred accounts', async () => {
    const start = performance.now()
    await api.list({ filter: 'no account has this' })
    // On an idle machine, this takes 0.1 s. 10,000 accounts take 18 times as long, and API Gateway waits 30 s.
    expect(performance.now() - start).toBeLessThan(15_000)
  })
})

describe('the maximum number of accounts', () => {
  it('createAccount refuses an account above the maximum number of accounts', async () => {
    const input = await readNewAccount(accountInput(), api.services)
    await expect(createAccount(input, actor('x'), api.services, many)).rejects.toMatchObject({
      code: 'too-many-accounts',
    })
    await expect(createAccount(input, actor('x'), api.services, many + 1)).resolves.toMatchObject({ version: 1 })
  })
})
