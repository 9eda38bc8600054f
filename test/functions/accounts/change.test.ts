import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AccountRemovals } from '../../../lib/accounts/store/account-removals.ts'
import { secretVersionOf } from '../../support/account-rows.ts'
import { type AccountsApi, accountInput, startAccountsApi } from '../../support/accounts-api.ts'
import { adminClaims, readerClaims } from '../../support/http-event.ts'

let api: AccountsApi
let id: string
beforeAll(async () => {
  api = await startAccountsApi()
  await api.putQueue('support', 'Support')
})
afterAll(() => api.stop())
beforeEach(async () => {
  id = (await api.create()).body.accountId
})

const stored = async () => {
  const account = await api.services.accounts.read(id)
  if (!account) throw new Error('the account is gone')
  return account
}
const storedPassword = async () => await api.secrets.store.read(id, secretVersionOf(await stored()))

describe('If-Match', () => {
  it('If-Match is required, and an outdated one changes nothing', async () => {
    const sketch = { path: `/accounts/${id}`, params: { accountId: id }, headers: {} }
    for (const method of ['PUT', 'PATCH', 'DELETE'])
      expect((await api.call({ ...sketch, method, body: {} })).body.code).toBe('version-required')

    expect((await api.change('PATCH', id, { comment: 'one' }, '"1"')).headers.etag).toBe('"2"')
    const before = await stored()
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      const body = method === 'PUT' ? accountInput() : { password: 'stale', comment: 'stale' }
      expect((await api.change(method, id, body, '"1"')).body).toMatchObject({ status: 412, code: 'changed-meanwhile' })
    }
    expect(await stored()).toEqual(before)
    expect(await storedPassword()).toBe('correct horse battery staple')
  })

  it('If-Match lets exactly one of two concurrent changes succeed, and its password is stored', async () => {
    const answers = await Promise.all(
      ['a', 'b'].map((password) => api.change('PATCH', id, { password, comment: password }, '"1"')),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412])
    expect(await storedPassword()).toBe((await stored()).comment)
  })

  it('If-Match `*` lets all of several concurrent changes succeed', async () => {
    const changes = [{ comment: 'c' }, { trusted: true }, { validity: 'invalid' }]
    const answers = await Promise.all(changes.map((change) => api.change('PATCH', id, change)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(await stored()).toMatchObject({ comment: 'c', trusted: true, validity: 'invalid', version: 4 })
  })
})

describe('PATCH', () => {
  it('PATCH changes the given fields, and keeps the others and the password', async () => {
    await api.change('PATCH', id, { comment: 'first', trusted: true, folder: 'Ärger' })
    const answer = await api.change('PATCH', id, { dispatching: { by: 'queue', queueId: 'support' } })
    expect(answer.body).toMatchObject({ comment: 'first', trusted: true, folder: 'Ärger' })
    expect(answer.body.dispatching).toEqual({ by: 'queue', queueId: 'support', queueName: 'Support' })
    expect(await storedPassword()).toBe('correct horse battery staple')
  })

  it('PATCH with null resets a field to its default', async () => {
    await api.change('PATCH', id, { comment: 'c', port: 1993, folder: 'F', maxMessageSize: 5000 })
    const nothing = { comment: null, port: null, folder: null, maxMessageSize: null, customCa: null }
    const { body } = await api.change('PATCH', id, nothing)
    expect(body).toMatchObject({ comment: '', port: 993, folder: 'INBOX', maxMessageSize: 157_286_400 })
    expect(body).not.toHaveProperty('customCa')
  })

  it('PATCH refuses to remove required fields, and reports all of them', async () => {
    const answer = await api.change('PATCH', id, { host: null, username: null, password: null, type: null, more: 1 })
    expect(answer.status).toBe(400)
    const paths = answer.body.errors.map(({ path }: { path: string }) => path)
    expect([...paths].sort()).toEqual(['/host', '/more', '/password', '/type', '/username'])
  })

  it('PATCH replaces all of dispatching and after-fetch if another kind is chosen', async () => {
    await api.change('PATCH', id, {
      dispatching: { by: 'queue', queueId: 'support' },
      afterFetch: { action: 'move', folder: 'Done' },
    })
    const { body } = await api.change('PATCH', id, { dispatching: { by: 'to-field' }, afterFetch: { action: 'keep' } })
    expect(body).toMatchObject({ dispatching: { by: 'to-field' }, afterFetch: { action: 'keep' } })
    expect((await api.tables.table('accounts').get(id))?.queueId).toBeUndefined()
  })

  it('PATCH of the type sets the new type’s port unless a port was chosen', async () => {
    expect((await api.change('PATCH', id, { type: 'POP3S' })).body).toMatchObject({ port: 995 })
    expect((await stored()).folder).toBeUndefined()
    await api.change('PATCH', id, { port: 1995 })
    expect((await api.change('PATCH', id, { type: 'IMAPS' })).body).toMatchObject({ port: 1995, folder: 'INBOX' })
  })

  it('PATCH to a POP3 type reports the folder, which must be removed', async () => {
    await api.change('PATCH', id, { folder: 'Support' })
    const answer = await api.change('PATCH', id, { type: 'POP3S' })
    expect(answer.body.errors).toEqual([{ path: '/folder', message: 'is for IMAP types only' }])
    expect((await api.change('PATCH', id, { type: 'POP3S', folder: null })).status).toBe(200)
  })

  it('PATCH of the password writes a new version of the secret, and the row refers to it', async () => {
    const before = secretVersionOf(await stored())
    await api.change('PATCH', id, { password: 'new one' })
    const after = secretVersionOf(await stored())
    expect(after).not.toBe(before)
    expect(await storedPassword()).toBe('new one')
    expect(await api.secrets.store.read(id, before)).toBe('correct horse battery staple')
  })
})

describe('PUT', () => {
  it('PUT resets omitted fields to their defaults, but keeps the password', async () => {
    await api.change('PATCH', id, { comment: 'c', trusted: true, port: 1993 })
    const { username } = await stored()
    const { password: _kept, ...body } = accountInput({ username })
    const answer = await api.change('PUT', id, body)
    expect(answer.body).toMatchObject({ comment: '', trusted: false, port: 993 })
    expect(await storedPassword()).toBe('correct horse battery staple')
  })
})

describe('the stored password', () => {
  const refused = (message: string) => ({ status: 400, errors: [{ path: '/password', message }] })
  const noOtherHost = refused('is required again, because a stored password is never sent to another host')
  const notInClear = refused('is required again, because the stored password is not sent unencrypted')

  it('the stored password is not sent to another host, whether PUT or PATCH changes the host', async () => {
    const before = await stored()
    expect((await api.change('PATCH', id, { host: 'attacker.example.net' })).body).toMatchObject(noOtherHost)
    const { password: _kept, ...body } = accountInput({ username: before.username, host: 'attacker.example.net' })
    expect((await api.change('PUT', id, body)).body).toMatchObject(noOtherHost)
    expect(await stored()).toEqual(before)

    const moved = await api.change('PATCH', id, { host: 'new.example.org', password: 'given again' })
    expect(moved.body).toMatchObject({ host: 'new.example.org' })
    expect(await storedPassword()).toBe('given again')
  })

  it.each(['IMAP', 'POP3'])(
    'the stored password is not sent unencrypted by %s after it was set for an encrypted type',
    async (type) => {
      expect((await api.change('PATCH', id, { type })).body).toMatchObject(notInClear)
      expect((await api.change('PATCH', id, { type, password: 'given again' })).status).toBe(200)
      // The new password was set for an unencrypted type.
      expect((await api.change('PATCH', id, { type: type === 'IMAP' ? 'POP3' : 'IMAP' })).status).toBe(200)
    },
  )

  it('the stored password is kept for encrypted types and a new port, username or spelling of the host', async () => {
    for (const type of ['IMAPTLS', 'POP3S', 'POP3TLS', 'IMAPS'])
      expect((await api.change('PATCH', id, { type, port: 1234 })).status).toBe(200)
    expect((await api.change('PATCH', id, { username: `${id}-other`, host: 'Mail.Example.ORG.' })).status).toBe(200)
    expect(await storedPassword()).toBe('correct horse battery staple')
  })

  it('a missing password is reported together with all other errors', async () => {
    const { body } = await api.change('PATCH', id, { host: 'new.example.org', port: 0 })
    expect(body.errors.map(({ path }: { path: string }) => path).sort()).toEqual(['/password', '/port'])
  })
})

describe('every change', () => {
  it('every change records its author and time, and keeps the creator', async () => {
    api.clock.now = new Date('2026-11-23T11:00:00.000Z')
    const claims = { ...adminClaims, email: 'other@example.org' }
    const sketch = { method: 'PATCH', path: `/accounts/${id}`, params: { accountId: id }, headers: { 'if-match': '*' } }
    const { body } = await api.call({ ...sketch, body: { comment: 'x' }, claims })
    expect(body).toMatchObject({
      createdBy: 'admin@example.org',
      createdBySub: 'sub-admin',
      changedAt: '2026-11-23T11:00:00.000Z',
      changedBy: 'other@example.org',
      changedBySub: 'sub-admin',
    })
  })

  it('every change has a later time than the previous one even if clocks run backwards, and dispatch finds it', async () => {
    const since = (await stored()).changedAt
    const times: string[] = [since]
    for (const now of ['2026-11-23T09:00:00.000Z', '2026-11-23T09:00:00.000Z', '2026-11-23T08:00:00.000Z']) {
      api.clock.now = new Date(now)
      times.push((await api.change('PATCH', id, { comment: now })).body.changedAt)
    }
    expect([...new Set(times)].sort()).toEqual(times)
    const changed: string[] = []
    for await (const ids of api.services.accounts.changedSince(times.at(-1) ?? '')) changed.push(...ids)
    expect(changed).toContain(id)
    api.clock.now = new Date('2026-11-23T12:00:00.000Z')
  })

  it('a change increases the mailbox epoch only if the protocol family, host or username changes', async () => {
    const epoch = async (change: object) => {
      expect((await api.change('PATCH', id, change)).status).toBe(200)
      return (await stored()).mailboxEpoch
    }
    expect(await epoch({ comment: 'x', port: 1, folder: 'Other', type: 'IMAPTLS', password: 'p' })).toBe(1)
    expect(await epoch({ host: 'MAIL.example.org' })).toBe(1)
    expect(await epoch({ username: `${(await stored()).username}-2` })).toBe(2)
    expect(await epoch({ host: 'elsewhere.example.org', password: 'p' })).toBe(3)
    expect(await epoch({ type: 'POP3S', folder: null })).toBe(4)
  })
})

describe('DELETE', () => {
  it('DELETE removes the row, the claim and, recoverably, the secret', async () => {
    const account = await stored()
    expect((await api.change('DELETE', id, undefined, '"1"')).status).toBe(204)
    expect((await api.get(id)).body.code).toBe('not-found')
    expect(await api.secrets.store.read(id, secretVersionOf(account))).toBeUndefined()
    expect(api.secrets.operations.at(-2)).toBe('DeleteSecret')
    // The mailbox is available at once.
    expect((await api.create({ username: account.username })).status).toBe(201)
  })

  it('DELETE notes the removal for clients that keep a list of all accounts, but not a refused one', async () => {
    const removals = new AccountRemovals(api.tables.table('overview'))
    const since = new Date(api.clock.now.getTime()).toISOString()
    expect((await api.change('DELETE', id, undefined, '"99"')).status).toBe(412)
    expect(await removals.since(since)).not.toContain(id)
    expect((await api.change('DELETE', id)).status).toBe(204)
    expect(await removals.since(since)).toContain(id)
  })

  it('DELETE of a deleted account returns 404', async () => {
    expect((await api.change('DELETE', id)).status).toBe(204)
    expect((await api.change('DELETE', id)).status).toBe(404)
  })

  it('GET returns 404 for unknown ids', async () => {
    expect((await api.get('01ARZ3NDEKTSV4RRFFQ69G5FAV')).status).toBe(404)
    expect((await api.get('#change-cursor')).status).toBe(404)
  })

  it('PUT, PATCH and DELETE require the admin role, and GET allows the reader role', async () => {
    const sketch = {
      path: `/accounts/${id}`,
      params: { accountId: id },
      claims: readerClaims,
      headers: { 'if-match': '*' },
    }
    for (const method of ['PUT', 'PATCH', 'DELETE'])
      expect((await api.call({ ...sketch, method, body: {} })).status).toBe(403)
    expect((await api.call({ ...sketch, method: 'GET' })).status).toBe(200)
  })
})
