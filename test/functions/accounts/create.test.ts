import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCertificates } from '../../mail-server/certificates.ts'
import { secretVersionOf } from '../../support/account-rows.ts'
import { type AccountsApi, accountInput, startAccountsApi } from '../../support/accounts-api.ts'
import { readerClaims } from '../../support/http-event.ts'

let api: AccountsApi
beforeAll(async () => {
  api = await startAccountsApi()
  await api.putQueue('support', 'Support')
  await api.putQueue('old', 'Old', 'invalid')
})
afterAll(() => api.stop())

const wrongFields = async (fields: Record<string, unknown>): Promise<Record<string, string>> => {
  const answer = await api.create(fields)
  expect(answer.status, JSON.stringify(answer.body)).toBe(400)
  return Object.fromEntries(
    answer.body.errors.map((error: { path: string; message: string }) => [error.path, error.message]),
  )
}

describe('POST /accounts', () => {
  it('POST /accounts creates an account with defaults and returns its location', async () => {
    const answer = await api.create({ username: 'defaults', host: 'Mail.Example.ORG.' })
    expect(answer.status).toBe(201)
    expect(answer.headers.etag).toBe('"1"')
    expect(answer.headers.location).toBe(`/accounts/${answer.body.accountId}`)
    const { fetch, ...account } = answer.body
    expect(fetch).toMatchObject({ state: 'queued' })
    expect(account).toEqual({
      accountId: answer.body.accountId,
      type: 'IMAPS',
      authentication: 'password',
      username: 'defaults',
      host: 'mail.example.org',
      port: 993,
      folder: 'INBOX',
      trusted: false,
      dispatching: { by: 'to-field' },
      validity: 'valid',
      comment: '',
      afterFetch: { action: 'delete' },
      tooLarge: { action: 'leave' },
      startFrom: 'everything',
      maxMessageSize: 157_286_400,
      createdAt: '2026-11-23T10:00:00.000Z',
      createdBy: 'admin@example.org',
      createdBySub: 'sub-admin',
      changedAt: '2026-11-23T10:00:00.000Z',
      changedBy: 'admin@example.org',
      changedBySub: 'sub-admin',
      health: { state: 'waiting', detail: expect.stringContaining('first fetch') },
      status: {},
    })
    expect((await api.get(answer.body.accountId)).body).toEqual(account)
  })

  it('POST /accounts accepts every field, special folder names and internationalised hosts', async () => {
    const { caPem: customCa } = await createCertificates()
    const folder = 'Entwürfe "2026" 📥/& mehr'
    const answer = await api.create({
      type: 'IMAPTLS',
      host: 'bücher.example',
      port: 1143,
      folder,
      trusted: true,
      dispatching: { by: 'queue', queueId: 'support' },
      validity: 'invalid-temporarily',
      comment: 'zwei\nZeilen',
      afterFetch: { action: 'move', folder: 'Erledigt' },
      maxMessageSize: 1024,
      customCa: `subject=/CN=Test\n${customCa}\ntrailing remark`,
    })
    expect(answer.body).toMatchObject({
      type: 'IMAPTLS',
      host: 'xn--bcher-kva.example',
      port: 1143,
      folder,
      dispatching: { by: 'queue', queueId: 'support', queueName: 'Support' },
      afterFetch: { action: 'move', folder: 'Erledigt' },
      customCa: `${customCa.trim()}\n`,
    })
  })

  it('POST /accounts chooses the port by type, and sets a folder for IMAP types only', async () => {
    const ports = { IMAP: 143, IMAPS: 993, IMAPTLS: 143, POP3: 110, POP3S: 995, POP3TLS: 110 }
    for (const [type, port] of Object.entries(ports)) {
      const { body } = await api.create({ type })
      expect(body).toMatchObject({ type, port })
      expect(body.folder).toBe(type.startsWith('IMAP') ? 'INBOX' : undefined)
    }
  })

  it('POST /accounts stores the password only in the secret, in the version that the row specifies', async () => {
    const { body } = await api.create({ password: 'pässwörd "x"' })
    const account = await api.services.accounts.read(body.accountId)
    const version = secretVersionOf(account)
    expect(await api.secrets.store.read(body.accountId, version)).toBe('pässwörd "x"')
    expect(JSON.stringify(await api.tables.table('accounts').get(body.accountId))).not.toContain('pässwörd')
  })

  it('POST /accounts accepts the built-in queue, which has no row', async () => {
    expect((await api.create({ dispatching: { by: 'queue', queueId: 'raw' } })).body.dispatching.queueName).toBe('Raw')
  })

  it('POST /accounts reports every invalid, missing and unknown field in one response', async () => {
    const answer = await api.call({
      method: 'POST',
      path: '/accounts',
      body: {
        type: 'POP3',
        authentication: 'kerberos',
        username: 'a\u0000b',
        host: 'imaps://mail.example.org',
        port: 0,
        folder: 'Spam',
        trusted: 'yes',
        dispatching: { by: 'queue', queueId: 'nowhere' },
        validity: 'maybe',
        comment: 'x'.repeat(251),
        afterFetch: { action: 'move', folder: 'Done' },
        maxMessageSize: 12,
        customCa: 'no certificate',
        colour: 'red',
      },
    })
    expect(answer.body.code).toBe('invalid-request')
    const paths = answer.body.errors.map(({ path }: { path: string }) => path)
    expect([...paths].sort()).toEqual([
      '/afterFetch/action',
      '/authentication',
      '/colour',
      '/comment',
      '/customCa',
      '/dispatching/queueId',
      '/folder',
      '/host',
      '/maxMessageSize',
      '/password',
      '/port',
      '/trusted',
      '/username',
      '/validity',
    ])
    expect(answer.body.errors.every(({ message }: { message: string }) => message.length > 5)).toBe(true)
  })

  it('POST /accounts refuses invalid values and reports their field', async () => {
    const cases: [Record<string, unknown>, string][] = [
      [{ host: 'mail.example.org:993' }, '/host'],
      [{ host: 'mail..example' }, '/host'],
      [{ host: '-mail.example' }, '/host'],
      [{ host: '127.1' }, '/host'],
      [{ host: 'mail example' }, '/host'],
      [{ host: `${'a'.repeat(64)}.example` }, '/host'],
      [{ host: '' }, '/host'],
      [{ username: '' }, '/username'],
      [{ username: 'x'.repeat(201) }, '/username'],
      [{ username: 'a\r\nb' }, '/username'],
      [{ username: 'half \ud83d' }, '/username'],
      [{ password: 'a\nb' }, '/password'],
      [{ password: '' }, '/password'],
      [{ password: 'x'.repeat(1025) }, '/password'],
      [{ password: 5 }, '/password'],
      [{ folder: 'a\tb' }, '/folder'],
      [{ folder: 'x'.repeat(251) }, '/folder'],
      [{ afterFetch: { action: 'move', folder: 'a\nb' } }, '/afterFetch/folder'],
      [{ afterFetch: { action: 'move', folder: 'inbox' } }, '/afterFetch/folder'],
      [{ afterFetch: { action: 'burn' } }, '/afterFetch/action'],
      [{ dispatching: { by: 'queue' } }, '/dispatching/queueId'],
      [{ dispatching: { by: 'queue', queueId: 'old' } }, '/dispatching/queueId'],
      [{ dispatching: { by: 'to-field', queueId: 'support' } }, '/dispatching/queueId'],
      [{ maxMessageSize: 600 * 1024 * 1024 }, '/maxMessageSize'],
      [{ customCa: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' }, '/customCa'],
      [{ customCa: `-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----` }, '/customCa'],
      [{ type: 'IMAPv4' }, '/type'],
      [{ password: undefined }, '/password'],
    ]
    for (const [fields, path] of cases) {
      const answer = await api.create(fields)
      expect([
        JSON.stringify(fields).slice(0, 60),
        answer.status,
        answer.body.errors?.map((e: { path: string }) => e.path),
      ]).toEqual([JSON.stringify(fields).slice(0, 60), 400, [path]])
    }
  })

  it('POST /accounts explains what is wrong with a host or a queue', async () => {
    const fields = { host: 'mail.example.org:993', dispatching: { by: 'queue', queueId: 'old' } }
    expect(await wrongFields(fields)).toEqual({
      '/host': 'must not contain a port. Use the field `port`',
      '/dispatching/queueId': 'is the id of a queue that is invalid',
    })
  })

  it('POST /accounts accepts host names, IPv4 addresses and IPv6 addresses', async () => {
    for (const host of ['localhost', 'mail_1.example.org', '192.0.2.7', '2001:db8::1', 'xn--bcher-kva.example'])
      expect((await api.create({ host })).status, host).toBe(201)
  })

  it('POST /accounts leaves nothing behind if a field is invalid', async () => {
    const before = api.secrets.operations.length
    await api.create({ username: 'left-nothing', port: 70_000 })
    expect(api.secrets.operations.length).toBe(before)
    expect((await api.create({ username: 'left-nothing' })).status).toBe(201)
  })

  it('POST /accounts requires the admin role', async () => {
    const sketch = { method: 'POST', path: '/accounts', body: accountInput(), claims: readerClaims }
    expect((await api.call(sketch)).status).toBe(403)
  })
})
