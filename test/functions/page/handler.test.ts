import { describe, expect, it } from 'vitest'
import { pageHandler } from '../../../functions/page/handler.ts'
import { pageFiles } from '../../../functions/page/page-files.ts'
import { pageFolder } from './page-folder.ts'

const handler = pageHandler(pageFiles(pageFolder()))

const get = async (rawPath: string, headers: Record<string, string> = { 'accept-encoding': 'gzip, deflate, br' }) => {
  const { statusCode, headers: answered = {}, body = '', isBase64Encoded } = await handler({ rawPath, headers })
  return {
    status: statusCode,
    headers: answered,
    body: isBase64Encoded ? Buffer.from(body, 'base64').toString() : body,
  }
}

describe('the document of the page', () => {
  it('the root of the API leads to the page', async () => {
    expect(await get('/')).toMatchObject({ status: 302, headers: { location: '/admin' } })
  })

  it.each([
    '/admin',
    '/admin/',
    '/admin/accounts',
    '/admin/accounts/01J/edit',
    '/admin/queues/ä ö',
    '/admin/index.html',
  ])('GET %s returns the document, which browsers revalidate', async (path) => {
    expect(await get(path)).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' },
      body: 'index in Brotli',
    })
  })

  it('a browser that has the current document receives 304, and another one the document', async () => {
    const { headers } = await get('/admin')
    const etag = String(headers.etag)
    for (const known of [etag, `"old", ${etag}`, '*']) {
      const answer = await get('/admin/accounts', { 'if-none-match': known })
      expect(answer).toMatchObject({ status: 304, body: '' })
      expect(answer.headers).toMatchObject({ etag, 'cache-control': 'no-cache', vary: 'accept-encoding' })
      expect(answer.headers).not.toHaveProperty('content-type')
    }
    expect(await get('/admin', { 'if-none-match': '"old"' })).toMatchObject({ status: 200 })
  })
})

describe('the files of the page', () => {
  it('a file with a hash in its name may be cached for a year', async () => {
    const { status, headers, body } = await get('/admin/assets/main-Ab12.js')
    expect({ status, body }).toEqual({ status: 200, body: 'script in Brotli' })
    expect(headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'content-encoding': 'br',
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
    })
  })

  it('a file without a hash in its name is revalidated', async () => {
    expect(await get('/admin/favicon.svg')).toMatchObject({
      status: 200,
      headers: { 'content-type': 'image/svg+xml', 'cache-control': 'no-cache', etag: expect.any(String) },
      body: '<svg/>',
    })
  })

  it('a file is sent in the smallest encoding that the client accepts and that exists', async () => {
    const encodingOf = async (path: string, accepted: string | undefined) => {
      const { headers, body } = await get(path, accepted === undefined ? {} : { 'accept-encoding': accepted })
      return [headers['content-encoding'], body]
    }
    expect(await encodingOf('/admin/assets/main-Ab12.js', 'gzip')).toEqual(['gzip', 'script in gzip'])
    expect(await encodingOf('/admin/assets/main-Ab12.js', undefined)).toEqual([undefined, 'export {}'])
    expect(await encodingOf('/admin/assets/style-Cd34.css', 'br, gzip')).toEqual(['gzip', 'style in gzip'])
  })

  it('binary files arrive unchanged', async () => {
    const { body, isBase64Encoded } = await handler({ rawPath: '/admin/assets/logo-Ef56.png', headers: {} })
    expect(isBase64Encoded).toBe(true)
    expect([...Buffer.from(body ?? '', 'base64')]).toEqual([137, 80, 78, 71, 0, 255])
  })
})

describe('paths that lead nowhere', () => {
  it.each([
    // What was there before a deployment.
    '/admin/assets/main-Old1.js',
    '/admin/assets/',
    '/admin/assets/accounts',
    '/admin/favicon.ico',
    '/admin/index.html.br',
    '/admin/assets/main-Ab12.js.gz',
    '/admin/index.html/',
    // A gateway passes these after decoding %2e, %2f, %5c and %00.
    '/admin/../index.mjs',
    '/admin/assets/../../index.mjs',
    '/admin/..\\index.mjs',
    '/admin/assets//etc/passwd',
    '/admin//etc/passwd.txt',
    '/admin/accounts\0',
    '/admin/index.html\0',
    '/admin/%2e%2e/index.mjs',
    '/admin/__proto__.x',
    `/admin/${'a/'.repeat(4000)}x.js`,
    '/administrator',
    '/accounts',
    '//admin',
    '',
  ])('GET %j returns 404 and is not cached', async (path) => {
    const { status, headers, body } = await get(path)
    expect({ status, body }).toEqual({ status: 404, body: 'This file does not exist.\n' })
    expect(headers['cache-control']).toBe('no-store')
    expect(headers['content-type']).toBe('text/plain; charset=utf-8')
  })

  it('a long path of a screen returns the document', async () => {
    expect(await get(`/admin/${'a'.repeat(8000)}`)).toMatchObject({ status: 200 })
  })

  it('the address of a delivery, whose id contains a dot, returns the document', async () => {
    const id = `01JNBZ4ZQ0V7M3T9H2K5W8XDST.${'5f'.repeat(32)}`
    expect(await get(`/admin/deliveries/${id}`)).toMatchObject({ status: 200, body: 'index in Brotli' })
  })

  it.each(['constructor', '__proto__', 'toString'])('the word %s is the address of a screen', async (word) => {
    expect(await get(`/admin/${word}`)).toMatchObject({ status: 200, body: 'index in Brotli' })
  })
})

describe('the security headers', () => {
  it.each(['/', '/admin', '/admin/assets/main-Ab12.js', '/admin/missing.js'])(
    'GET %s returns the policy of the page',
    async (path) => {
      const { headers } = await get(path)
      expect(headers['content-security-policy']).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
          "connect-src 'self'; frame-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
          "require-trusted-types-for 'script'; trusted-types mail-frame",
      )
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'permissions-policy': expect.stringContaining('camera=(), '),
        'strict-transport-security': expect.stringContaining('max-age='),
        'x-robots-tag': 'noindex, nofollow',
      })
    },
  )
})
