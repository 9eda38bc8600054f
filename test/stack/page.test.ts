import { afterAll, beforeAll, expect, it } from 'vitest'
import { assembly, assemblyLimitMs } from '../support/assembly.ts'
import { startStack, type TestStack } from '../support/stack.ts'

let stack: TestStack

beforeAll(async () => {
  await assembly()
  stack = await startStack({})
}, assemblyLimitMs)
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]()
})

const get = (path: string, init: RequestInit = {}) =>
  fetch(`${stack.local.apiUrl}${path}`, { redirect: 'manual', ...init })

it('the root of the API leads to the admin page, which needs no token', async () => {
  const root = await get('/')
  expect([root.status, root.headers.get('location')]).toEqual([302, '/admin'])
  for (const path of ['/admin', '/admin/', '/admin/accounts']) {
    const page = await get(path)
    expect([path, page.status, page.headers.get('content-type')]).toEqual([path, 200, 'text/html; charset=utf-8'])
    expect(await page.text()).toContain('<title>Postmaster</title>')
  }
})

it('the files of the admin page arrive compressed and unchanged, and may be cached for a year', async () => {
  const html = await (await get('/admin')).text()
  const paths = [...html.matchAll(/ (?:src|href)="(\/admin\/assets\/[^"]+)"/g)].map(([, path = '']) => path)
  expect(paths.length).toBeGreaterThan(1)
  for (const path of paths) {
    const [br, gzip, plain] = await Promise.all(
      ['br', 'gzip', 'identity'].map((encoding) => get(path, { headers: { 'accept-encoding': encoding } })),
    )
    expect(br?.headers.get('content-encoding')).toBe('br')
    expect(gzip?.headers.get('content-encoding')).toBe('gzip')
    expect(plain?.headers.get('content-encoding')).toBeNull()
    expect(plain?.headers.get('cache-control')).toContain('immutable')
    const text = await plain?.text()
    expect(await br?.text()).toBe(text)
    expect(await gzip?.text()).toBe(text)
  }
})

it('HEAD returns the headers of GET, and a browser that knows the document receives 304', async () => {
  const head = await get('/admin', { method: 'HEAD' })
  expect([head.status, await head.text()]).toEqual([200, ''])
  const etag = head.headers.get('etag') ?? ''
  const known = await get('/admin/accounts', { headers: { 'if-none-match': etag } })
  expect([known.status, await known.text()]).toEqual([304, ''])
})

it('no path leads out of the folder of the page', async () => {
  for (const path of [
    '/admin/%2e%2e%2findex.mjs',
    '/admin/assets/%2e%2e/%2e%2e/index.mjs',
    '/admin/index.mjs%00',
    '/admin/..%5cindex.mjs',
  ])
    expect([path, (await get(path)).status]).toEqual([path, 404])
  expect((await get('/admin/%ff')).status).toBe(404)
})
