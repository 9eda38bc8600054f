import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { apiParts } from '../../../docs/openapi/parts.ts'
import { exampleIds } from '../../../lib/requests/documented-fields.ts'
import { createCertificates } from '../../mail-server/certificates.ts'
import { type ExampleWorld, plantedSecret, startExampleWorld } from '../../support/example-world.ts'
import { adminClaims, callHttp, type RequestSketch, readerClaims } from '../../support/http-event.ts'

let world: ExampleWorld
beforeAll(async () => {
  world = await startExampleWorld()
})
afterAll(() => world.stop())
beforeEach(() => world.reset())

const call = async (name: string, sketch: RequestSketch) => {
  const part = apiParts.find((candidate) => candidate.function === name)
  if (!part) throw new Error(`no function ${name}`)
  return await callHttp(world.handlerOf(part), sketch)
}
const audit = async (query: Record<string, string> = {}) => {
  const { status, body } = await call('audit', { method: 'GET', path: '/audit', query })
  expect(status, JSON.stringify(body)).toBe(200)
  return body
}
const account = `/accounts/${exampleIds.account}`
const params = { accountId: exampleIds.account }
const patch = (body: unknown, who = 'anna@example.com', ifMatch = '*') =>
  call('accounts', {
    method: 'PATCH',
    path: account,
    params,
    body,
    headers: { 'if-match': ifMatch },
    claims: { ...adminClaims, email: who },
  })

describe('GET /audit', () => {
  it('GET /audit returns who changed which fields of an account, with the old and the new values', async () => {
    await patch({ folder: 'Service desk', trusted: true, comment: null })
    const { items } = await audit({ subject: account })
    expect(items).toEqual([
      {
        entryId: expect.stringMatching(/^[0-9A-Z]{26}$/),
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        who: 'anna@example.com',
        whoSub: 'sub-admin',
        action: 'change',
        subject: account,
        name: 'support@example.com at mail.example.com',
        version: 2,
        outcome: 'made',
        changes: [
          { field: 'folder', from: 'INBOX', to: 'Service desk' },
          { field: 'trusted', from: false, to: true },
        ],
      },
    ])
  })

  it('GET /audit returns no password, and certificates only as fingerprints', async () => {
    const { caPem } = await createCertificates()
    const secret = 'another-secret-that-nobody-may-see'
    expect((await patch({ password: secret, customCa: caPem })).status).toBe(200)
    const { items } = await audit()
    expect(items[0].changes).toEqual([
      { field: 'password', secret: true },
      { field: 'customCa', to: [expect.stringMatching(/^SHA-256 ([0-9A-F]{2}:){31}[0-9A-F]{2}$/)] },
    ])
    for (const hidden of [secret, plantedSecret, caPem.slice(40, 80)])
      expect(JSON.stringify(items) + world.written.join('')).not.toContain(hidden)
  })

  it('GET /audit returns the fields of a deleted account', async () => {
    const deletion = { method: 'DELETE', path: account, params, headers: { 'if-match': '"1"' } }
    expect((await call('accounts', deletion)).status).toBe(204)
    const { items } = await audit({ subject: account })
    expect(items).toMatchObject([{ action: 'delete', who: 'admin@example.org', version: 1, outcome: 'made' }])
    expect(items[0].changes).toContainEqual({ field: 'host', from: 'mail.example.com' })
    expect(items[0].changes).toContainEqual({ field: 'password', secret: true })
  })

  it('a change that another one overtakes is recorded as not made, and an invalid request is not recorded', async () => {
    await patch({ comment: 'first' })
    expect((await patch({ comment: 'second' }, 'ben@example.com', '"1"')).status).toBe(412)
    expect((await patch({ port: 'imap' }, 'ben@example.com')).status).toBe(400)
    expect((await audit()).items).toHaveLength(1)
    const twice = { method: 'POST', path: '/queues', body: { name: 'support' } }
    expect((await call('queues', twice)).status).toBe(409)
    const { items } = await audit({ who: 'admin@example.org' })
    expect(items).toMatchObject([{ action: 'create', name: 'support', outcome: 'not-made' }])
  })

  it('GET /audit returns changes of queues, system addresses and the default queue, and requested fetches', async () => {
    const queue = await call('queues', { method: 'POST', path: '/queues', body: { name: 'Sales' } })
    const { queueId } = queue.body
    await call('queues', {
      method: 'POST',
      path: '/system-addresses',
      body: { address: 'sales+de@example.com', queueId },
    })
    await call('queues', { method: 'PUT', path: '/default-queue', body: { queueId } })
    await call('runs', { method: 'POST', path: `${account}/fetch`, params })
    await call('runs', { method: 'POST', path: '/fetch' })
    const { items } = await audit()
    expect(items.map(({ action, subject, name }: Record<string, string>) => [action, subject, name])).toEqual([
      ['fetch', '/fetch', 'all valid accounts'],
      ['fetch', account, 'support@example.com at mail.example.com'],
      ['change', '/default-queue', 'default queue'],
      ['create', '/system-addresses/sales%2Bde%40example.com', 'sales+de@example.com'],
      ['create', `/queues/${queueId}`, 'Sales'],
    ])
    expect(items[2].changes).toEqual([{ field: 'queueId', from: 'raw', to: queueId }])
    expect((await audit({ subject: '/system-addresses/sales%2Bde%40example.com' })).items).toHaveLength(1)
  })

  it('GET /audit filters by person and time and returns pages', async () => {
    for (const [index, who] of ['anna@example.com', 'ben@example.com', 'anna@example.com'].entries())
      await patch({ comment: `number ${index}` }, who)
    const anna = await audit({ who: 'anna@example.com', subject: account })
    expect(anna.items.map(({ version }: { version: number }) => version)).toEqual([4, 2])
    const first = await audit({ limit: '2' })
    const second = await audit({ limit: '2', next: first.next })
    expect([...first.items, ...second.items].map(({ version }) => version)).toEqual([4, 3, 2])
    expect(second.next).toBeUndefined()
    const today = new Date().toISOString().slice(0, 10)
    expect((await audit({ from: '2026-01-01', to: '2026-01-02' })).items).toEqual([])
    expect((await audit({ from: today })).items.length).toBeLessThanOrEqual(3)
  })

  it('GET /audit is only for admins and rejects invalid queries', async () => {
    const read = { method: 'GET', path: '/audit' }
    expect((await call('audit', { ...read, claims: readerClaims })).status).toBe(403)
    expect((await call('audit', { ...read, claims: null })).status).toBe(401)
    expect((await call('audit', { ...read, query: { subject: 'accounts' } })).status).toBe(400)
    expect((await call('audit', { ...read, query: { next: 'x' } })).status).toBe(400)
  })
})
