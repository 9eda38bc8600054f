import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mailboxKeyOf } from '../../../lib/accounts/account-mailbox.ts'
import { type AccountsApi, startAccountsApi } from '../../support/accounts-api.ts'
import { memorySecrets } from '../../support/secrets.ts'

let api: AccountsApi
beforeAll(async () => {
  api = await startAccountsApi()
})
afterAll(() => api.stop())

const claims = () => api.tables.table('mailboxClaims')
const mailbox = (username: string) =>
  mailboxKeyOf({ type: 'IMAPS', host: 'mail.example.org', username, folder: 'INBOX' })

describe('two accounts on one mailbox', () => {
  it('a second account for a mailbox is refused with the name of the first account', async () => {
    const first = await api.create({ username: 'one' })
    const second = await api.create({
      username: 'one',
      type: 'IMAP',
      port: 1143,
      host: 'MAIL.example.org.',
      folder: 'inbox',
    })
    expect(second.body).toMatchObject({ status: 409, code: 'mailbox-taken' })
    expect(second.body.detail).toContain(first.body.accountId)
    expect(second.body.detail).toContain('one at mail.example.org')
  })

  it('a second account is refused if its user name differs only in invisible or full-width characters', async () => {
    await api.create({ username: 'alike' })
    for (const username of ['al\u200bike', 'ａｌｉｋｅ', '\u2066alike\u2069'])
      expect((await api.create({ username })).body).toMatchObject({ status: 409, code: 'mailbox-taken' })
  })

  it.each([
    ['Case@Example.org', { username: 'case@example.org' }],
    ['blanks', { username: ' blanks ' }],
    ['inbox', { username: 'inbox', folder: 'iNbOx' }],
  ])('a second account is refused if it is another spelling of %s', async (username, spelled) => {
    expect((await api.create({ username })).status).toBe(201)
    expect((await api.create(spelled)).body).toMatchObject({ status: 409, code: 'mailbox-taken' })
  })

  it.each([
    ['2001:db8::25', '2001:0db8:0:0:0:0:0:25'],
    ['192.0.2.25', '::ffff:c000:0219'],
  ])('a second account is refused because the hosts %s and %s are the same address', async (host, spelled) => {
    expect((await api.create({ username: 'address', host })).status).toBe(201)
    expect((await api.create({ username: 'address', host: spelled })).body.code).toBe('mailbox-taken')
  })

  it('an account can change the spelling of its mailbox, and keeps its epoch and password', async () => {
    const { accountId } = (await api.create({ username: 'Spelling', host: '2001:db8::26' })).body
    const row = await api.tables.table('accounts').get(accountId)
    // As an earlier version stored it.
    await api.tables.table('accounts').put({ ...row, host: '2001:0db8:0:0:0:0:0:26', folder: 'Inbox' })
    const { status, body } = await api.change('PATCH', accountId, { username: 'spelling', comment: 'again' })
    expect({ status, body }).toMatchObject({ status: 200, body: { username: 'spelling', host: '2001:db8::26' } })
    expect(await api.tables.table('accounts').get(accountId)).toMatchObject({ mailboxEpoch: 1, folder: 'Inbox' })
    expect((await api.create({ username: 'SPELLING', host: '2001:db8::26' })).body.code).toBe('mailbox-taken')
  })

  it('a second account is allowed if its folder, protocol family, host or username differs', async () => {
    await api.create({ username: 'many' })
    for (const other of [{ folder: 'Other' }, { type: 'POP3S' }, { host: 'mail2.example.org' }, { username: 'Manny' }])
      expect((await api.create({ username: 'many', ...other })).status).toBe(201)
  })

  it('exactly one of ten concurrent creations for the same mailbox succeeds', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => api.create({ username: 'race' })))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(409)])
  })

  it('a change to the mailbox of another account is refused, and the account stays unchanged', async () => {
    await api.create({ username: 'target' })
    const { fetch: _fetch, ...body } = (await api.create({ username: 'mover' })).body
    const answer = await api.change('PATCH', body.accountId, { username: 'target', password: 'other' })
    expect(answer.body.code).toBe('mailbox-taken')
    expect((await api.get(body.accountId)).body).toEqual(body)
  })

  it('exactly one of several accounts that move to the same mailbox concurrently succeeds', async () => {
    const movers = await Promise.all(['m1', 'm2', 'm3'].map((username) => api.create({ username })))
    const answers = await Promise.all(
      movers.map(({ body }) => api.change('PATCH', body.accountId, { username: 'contested' })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409])
  })
})

describe('a mailbox', () => {
  it('a mailbox is available at once after its account has moved away', async () => {
    const { body } = await api.create({ username: 'leaving' })
    await api.change('PATCH', body.accountId, { username: 'left' })
    expect((await api.create({ username: 'leaving' })).status).toBe(201)
    expect((await api.create({ username: 'left' })).status).toBe(409)
  })

  it('a mailbox can be left and taken again by the same account', async () => {
    const { body } = await api.create({ username: 'home' })
    await api.change('PATCH', body.accountId, { username: 'away' })
    await api.change('PATCH', body.accountId, { username: 'home' })
    expect((await api.create({ username: 'home' })).status).toBe(409)
    expect((await api.create({ username: 'away' })).status).toBe(201)
  })

  it('a mailbox that a crashed creation claimed can be taken over after a minute', async () => {
    const claimedAt = api.clock.now.toISOString()
    await claims().put({ mailbox: mailbox('dead'), accountId: 'died', version: 1, claimedAt })
    const refused = await api.create({ username: 'dead' })
    expect(refused.body).toMatchObject({ code: 'mailbox-taken' })
    expect(refused.body.detail).toContain('right now')
    api.clock.now = new Date(api.clock.now.getTime() + 61_000)
    expect((await api.create({ username: 'dead' })).status).toBe(201)
  })

  it('a mailbox with a left-over claim is taken over by exactly one of several creations', async () => {
    await claims().put({
      mailbox: mailbox('left-over'),
      accountId: 'died',
      version: 1,
      claimedAt: '2026-01-01T00:00:00.000Z',
    })
    const answers = await Promise.all(Array.from({ length: 6 }, () => api.create({ username: 'left-over' })))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409])
  })

  it('a mailbox keeps its claim if an older change of its account ends late', async () => {
    const { body } = await api.create({ username: 'late' })
    // A move away from version 1 releases its claim after the account has returned with version 3.
    const claim = await api.services.claims.heldBy(body.accountId, mailbox('late'))
    if (!claim) throw new Error('the account has no claim')
    await api.change('PATCH', body.accountId, { username: 'late-2' })
    await api.change('PATCH', body.accountId, { username: 'late' })
    await api.services.claims.release(claim)
    expect((await api.create({ username: 'late' })).body.code).toBe('mailbox-taken')
  })
})

describe('a creation that cannot store its password', () => {
  it('a creation that cannot store its password releases the mailbox at once and leaves no account', async () => {
    const put = async () => {
      throw new Error('Secrets Manager is unavailable')
    }
    const failing = await startAccountsApi({ secrets: { ...memorySecrets(), put } })
    try {
      expect((await failing.create({ username: 'again' })).status).toBe(500)
      expect(await failing.tables.table('mailboxClaims').get(mailbox('again'))).toBeUndefined()
      expect((await failing.list()).body.items).toEqual([])
    } finally {
      await failing.stop()
    }
  })
})
