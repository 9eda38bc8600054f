import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { HttpHandler } from '../../../functions/shared/http/http-function.ts'
import { startTables, type TestTables } from '../../support/dynamo.ts'
import { functionEnvironment } from '../../support/function-environment.ts'
import { callHttp, type RequestSketch, readerClaims } from '../../support/http-event.ts'

let tables: TestTables
let handler: HttpHandler
beforeAll(async () => {
  tables = await startTables()
  Object.assign(process.env, await functionEnvironment(tables))
  handler = (await import('../../../functions/queues/index.ts')).handler
})
afterAll(() => tables.stop())

const call = async (method: string, path: string, more: Partial<RequestSketch> = {}) =>
  await callHttp(handler, { method, path, ...more })
const create = async (name: string) => (await call('POST', '/queues', { body: { name } })).body.queueId as string

describe('queues over HTTP', () => {
  test('a queue can be created, read, listed, replaced, patched and deleted, each with its version', async () => {
    const made = await call('POST', '/queues', { body: { name: 'Support', comment: 'first level' } })
    expect(made).toMatchObject({
      status: 201,
      headers: { etag: '"1"', location: `/queues/${made.body.queueId}`, 'content-type': 'application/json' },
      body: { name: 'Support', validity: 'valid', createdBy: 'admin@example.org', builtIn: false, isDefault: false },
    })
    expect(made.body).not.toHaveProperty('version')
    const path = `/queues/${made.body.queueId}`
    expect(await call('GET', path)).toMatchObject({ status: 200, headers: { etag: '"1"' }, body: made.body })
    const ifMatch = (version: string) => ({ headers: { 'if-match': version } })
    const put = await call('PUT', path, { body: { name: 'Help' }, ...ifMatch('"1"') })
    expect(put).toMatchObject({ status: 200, headers: { etag: '"2"' }, body: { name: 'Help', comment: '' } })
    const patched = await call('PATCH', path, { body: { validity: 'invalid' }, ...ifMatch('*') })
    expect(patched).toMatchObject({
      status: 200,
      headers: { etag: '"3"' },
      body: { name: 'Help', validity: 'invalid' },
    })
    const listed = await call('GET', '/queues')
    expect(listed.body.items.map(({ name }: { name: string }) => name)).toEqual(['Raw', 'Help'])
    expect((await call('DELETE', path, ifMatch('"2"'))).status).toBe(412)
    expect(await call('DELETE', path, ifMatch('"3"'))).toMatchObject({ status: 204, body: undefined })
    expect((await call('GET', path)).status).toBe(404)
  })

  test('a queue request reports every invalid and unknown field at once', async () => {
    const { status, body, headers } = await call('POST', '/queues', {
      body: { name: 'a\nb', validity: 'no', colour: 1 },
    })
    expect(status).toBe(400)
    expect(headers['content-type']).toBe('application/problem+json')
    expect(body).toMatchObject({ code: 'invalid-request', type: 'urn:postmaster:problem:invalid-request' })
    expect(body.errors.map(({ path }: { path: string }) => path).toSorted()).toEqual(['/colour', '/name', '/validity'])
  })

  test('every change of a queue without If-Match is refused with 428', async () => {
    const queueId = await create('Unversioned')
    await call('POST', '/system-addresses', { body: { address: 'unversioned@example.com', queueId } })
    for (const [path, whole] of [
      [`/queues/${queueId}`, { name: 'x' }],
      ['/system-addresses/unversioned@example.com', { queueId }],
    ] as const)
      for (const [method, body] of [
        ['PUT', whole],
        ['PATCH', { comment: 'x' }],
        ['DELETE', undefined],
      ] as const)
        expect(await call(method, path, { body })).toMatchObject({ status: 428, body: { code: 'version-required' } })
  })

  test('a taken name, a queue in use and the built-in queue cause conflicts', async () => {
    const queueId = await create('Busy')
    const taken = await call('POST', '/queues', { body: { name: 'BUSY' } })
    expect(taken).toMatchObject({ status: 409, body: { code: 'name-taken' } })
    await tables.table('accounts').put({ accountId: 'a1', queueId, host: 'imap.example.com', username: 'desk' })
    const anyVersion = { headers: { 'if-match': '*' } }
    expect(await call('DELETE', `/queues/${queueId}`, anyVersion)).toMatchObject({
      status: 409,
      body: { code: 'queue-in-use', detail: 'Busy is used by the mail accounts desk at imap.example.com.' },
    })
    expect(await call('DELETE', '/queues/raw', anyVersion)).toMatchObject({ status: 409, body: { code: 'built-in' } })
  })

  test('queue lists continue where the page token points and refuse a forged token', async () => {
    for (const name of ['Page A', 'Page B', 'Page C']) await create(name)
    const names: string[] = []
    let next: string | undefined
    do {
      const { body } = await call('GET', '/queues', { query: { limit: '2', ...(next && { next }) } })
      names.push(...body.items.map(({ name }: { name: string }) => name))
      next = body.next
    } while (next)
    expect(names.filter((name) => name.startsWith('Page'))).toEqual(['Page A', 'Page B', 'Page C'])
    expect(new Set(names).size).toBe(names.length)
    const long = Buffer.from(JSON.stringify({ listingKey: 'ü'.repeat(600), key: 'queue#x' })).toString('base64url')
    for (const token of ['nonsense', '', long]) {
      const refused = await call('GET', '/queues', { query: { next: token } })
      expect(refused).toMatchObject({ status: 400, body: { errors: [{ path: 'next' }] } })
    }
  })
})

describe('system addresses over HTTP', () => {
  test('a system address can be created, read in any case, listed, changed and deleted', async () => {
    const queueId = await create('Addressed')
    const made = await call('POST', '/system-addresses', { body: { address: 'Help+1@Example.com', queueId } })
    expect(made).toMatchObject({
      status: 201,
      headers: { etag: '"1"', location: '/system-addresses/help%2B1%40example.com' },
      body: { address: 'help+1@example.com', queueId, queueName: 'Addressed' },
    })
    const path = '/system-addresses/HELP+1@example.com'
    expect(await call('GET', path)).toMatchObject({ status: 200, body: made.body })
    // API Gateway passes the path parameter decoded, whatever its form in the path.
    const encoded = await call('GET', '/system-addresses/help%2B1%40example.com', {
      params: { address: 'help+1@example.com' },
    })
    expect(encoded.body).toEqual(made.body)
    const patched = await call('PATCH', path, { body: { queueId: 'raw' }, headers: { 'if-match': '"1"' } })
    expect(patched).toMatchObject({ status: 200, headers: { etag: '"2"' }, body: { queueName: 'Raw' } })
    const put = await call('PUT', path, { body: { queueId, validity: 'invalid' }, headers: { 'if-match': '"2"' } })
    expect(put).toMatchObject({ status: 200, body: { queueName: 'Addressed', validity: 'invalid' } })
    const listed = await call('GET', '/system-addresses')
    expect(listed.body.items).toContainEqual(put.body)
    expect((await call('DELETE', path, { headers: { 'if-match': '"3"' } })).status).toBe(204)
    expect((await call('GET', path)).status).toBe(404)
  })

  test('a system address request with an invalid address or an unknown queue reports the invalid field', async () => {
    const wrong = await call('POST', '/system-addresses', { body: { address: 'Help <a@b>', queueId: 'gone' } })
    expect(wrong).toMatchObject({ status: 400, body: { errors: [{ path: '/address' }] } })
    const unknown = await call('POST', '/system-addresses', { body: { address: 'a@example.com', queueId: 'gone' } })
    expect(unknown).toMatchObject({ status: 400, body: { errors: [{ path: '/queueId' }] } })
    const inPath = await call('GET', '/system-addresses/nonsense')
    expect(inPath).toMatchObject({ status: 400, body: { errors: [{ path: 'address' }] } })
  })
})

describe('the default queue over HTTP', () => {
  test('the default queue can be read, and replaced by a valid queue', async () => {
    expect(await call('GET', '/default-queue')).toMatchObject({ status: 200, body: { queueId: 'raw', name: 'Raw' } })
    const queueId = await create('Default')
    const put = await call('PUT', '/default-queue', { body: { queueId } })
    expect(put).toMatchObject({ status: 200, body: { queueId, name: 'Default' } })
    expect((await call('GET', '/default-queue')).body).toEqual(put.body)
    expect((await call('GET', `/queues/${queueId}`)).body.isDefault).toBe(true)
    expect((await call('GET', '/queues/raw')).body.isDefault).toBe(false)
    expect((await call('PUT', '/default-queue', { body: { queueId: 'gone' } })).status).toBe(400)
  })
})

test('readers can read all queue settings but not change them, and callers without a token are refused', async () => {
  const claims = readerClaims
  for (const path of ['/queues', '/queues/raw', '/system-addresses', '/default-queue'])
    expect((await call('GET', path, { claims })).status).toBe(200)
  const headers = { 'if-match': '*' }
  const writes: [string, string, object?][] = [
    ['POST', '/queues', { name: 'x' }],
    ['PUT', '/queues/raw', { name: 'x' }],
    ['PATCH', '/queues/raw', {}],
    ['DELETE', '/queues/raw'],
    ['POST', '/system-addresses', { address: 'x@example.com', queueId: 'raw' }],
    ['PUT', '/system-addresses/x@example.com', { queueId: 'raw' }],
    ['PATCH', '/system-addresses/x@example.com', {}],
    ['DELETE', '/system-addresses/x@example.com'],
    ['PUT', '/default-queue', { queueId: 'raw' }],
  ]
  for (const [method, path, body] of writes)
    expect((await call(method, path, { body, claims, headers })).body).toMatchObject({
      status: 403,
      code: 'role-missing',
    })
  expect((await call('GET', '/queues', { claims: null })).status).toBe(401)
})
