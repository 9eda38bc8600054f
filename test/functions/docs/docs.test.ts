import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import announcement from '../../../docs/events.schema.json' with { type: 'json' }
import openapi from '../../../docs/openapi.json' with { type: 'json' }
import webhook from '../../../docs/webhook.schema.json' with { type: 'json' }
import { docsHandler } from '../../../functions/docs/handler.ts'
import { handler } from '../../../functions/docs/index.ts'

const get = async (rawPath: string) => {
  const { statusCode, headers, body } = await handler({ rawPath })
  return { status: statusCode, headers: headers ?? {}, body: body ?? '' }
}

const sectionOf = (body: string, id: string): string =>
  new RegExp(`<section class="operation" id="${id}">(.*?)</section>`, 's').exec(body)?.[1] ?? ''

describe('GET /openapi.json', () => {
  it('GET /openapi.json returns the published document', async () => {
    const { status, headers, body } = await get('/openapi.json')
    expect(status).toBe(200)
    expect(headers['content-type']).toBe('application/json')
    expect(JSON.parse(body)).toEqual(openapi)
  })
})

describe('GET /docs', () => {
  it('GET /docs shows every route, schema and error code under a unique id', async () => {
    const { status, body } = await get('/docs')
    expect(status).toBe(200)
    const ids = [...body.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id ?? '')
    expect(new Set(ids).size).toBe(ids.length)
    for (const operations of Object.values(openapi.paths))
      for (const { operationId } of Object.values(operations)) expect(ids).toContain(`op-${operationId.toLowerCase()}`)
    for (const name of Object.keys(openapi.components.schemas)) expect(ids).toContain(`schema-${name.toLowerCase()}`)
    for (const code of Object.keys(openapi.components.examples)) expect(ids).toContain(`problem-${code}`)
  })

  it('GET /docs contains no broken links', async () => {
    const { body } = await get('/docs')
    const ids = new Set([...body.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))
    const links = [...body.matchAll(/ href="([^"]+)"/g)].map(([, link = '']) => link)
    expect(links.length).toBeGreaterThan(100)
    expect(links.filter((link) => !(link.startsWith('#') ? ids.has(link.slice(1)) : link === '/openapi.json'))).toEqual(
      [],
    )
  })

  it('GET /docs links a body with several forms to each of them', async () => {
    const { body } = await get('/docs')
    const [, section = ''] = body.split('id="schema-accountinput"')
    const [forms = ''] = section.split('</section>')
    for (const form of ['passwordaccountinput', 'oauth2accountinput']) expect(forms).toContain(`href="#schema-${form}"`)
  })

  it('GET /docs shows the fields of bodies where they are sent and received', async () => {
    const { body } = await get('/docs')
    const create = sectionOf(body, 'op-createaccount')
    // Both forms of the request, and the response.
    expect(create.match(/<summary><code>authentication: (password|oauth2)<\/code><\/summary>/g)).toHaveLength(2)
    expect(create.match(/<td><code>dispatching<\/code>/g)).toHaveLength(3)
    expect(create).toContain('<code>dispatching.by</code>')
    expect(create).toContain('Defaults to <code>valid</code>.')
    const list = sectionOf(body, 'op-listaccounts')
    expect(list).toContain('<summary>Fields of each item</summary>')
    expect(list).toContain('<td><code>accountId</code>')
  })

  it('GET /docs begins with a first request and its response', async () => {
    const { body } = await get('/docs')
    const [, quickStart = ''] = /id="quick-start"(.*?)<h2 /s.exec(body) ?? []
    for (const part of [
      'TOKEN=$(cat .local/token)',
      'login --token-file ./token',
      'TOKEN=$(cat ./token)',
      'curl &quot;$API/me&quot;',
      '&quot;role&quot;: &quot;admin&quot;',
    ])
      expect(quickStart).toContain(part)
  })

  it.each([
    ['announcements', announcement.examples[0]?.messageId, 'control'],
    ['webhooks', webhook.examples[0]?.data.deliveryId, 'data.queue.target'],
  ])('GET /docs describes %s with an example and every field', async (id, exampleId, field) => {
    const { body } = await get('/docs')
    const [, section = ''] = new RegExp(`<h2 id="${id}"(.*?)<h2 `, 's').exec(body) ?? []
    expect(section).toContain(exampleId)
    expect(section).toContain(`<td><code>${field}</code>`)
    // Every field has a description.
    expect(section).not.toContain('<td></td></tr>')
  })

  it('GET /docs allows only its own style and script', async () => {
    const { headers, body } = await get('/docs')
    const [style = '', ...more] = [...body.matchAll(/<style>(.*?)<\/style>/gs)].map(([, text]) => text)
    expect(more).toEqual([])
    const [script = '', ...others] = [...body.matchAll(/<script>(.*?)<\/script>/gs)].map(([, text]) => text)
    expect(others).toEqual([])
    const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
    expect(headers['content-security-policy']).toBe(
      `default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}; base-uri 'none'; form-action 'none'; ` +
        "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    )
    expect(body).not.toMatch(
      /<script |<img|<link|<iframe|style="|https?:\/\/(?!…)[a-z]+\.(?:com|net|org)\/[^"]*\.(?:js|css)|\son\w+=/i,
    )
  })

  it('GET /docs escapes HTML in descriptions', async () => {
    const hostile = structuredClone(openapi)
    hostile.info.description = '<script>alert(1)</script> `</code><b>`'
    hostile.paths['/accounts'].get.summary = '"><img src=x onerror=alert(1)>'
    const { body } = await docsHandler({ api: hostile, announcement, webhook })({ rawPath: '/docs' })
    expect(body).not.toMatch(/<script>alert|<img|<b>/)
    expect(body).toContain('&lt;script&gt;alert(1)&lt;/script&gt; <code>&lt;/code&gt;&lt;b&gt;</code>')
  })
})

it.each(['/docs', '/openapi.json'])('GET %s is compressed for clients that accept it', async (rawPath) => {
  const plain = await get(rawPath)
  const {
    headers = {},
    body = '',
    isBase64Encoded,
  } = await handler({ rawPath, headers: { 'accept-encoding': 'gzip' } })
  expect(isBase64Encoded).toBe(true)
  expect(headers).toEqual({ ...plain.headers, 'content-encoding': 'gzip' })
  expect(gunzipSync(Buffer.from(body, 'base64')).toString()).toBe(plain.body)
  expect(body.length).toBeLessThan(plain.body.length / 4)
})

it.each(['/', '/docs/', '/constructor', '/__proto__', '/openapi.json/x'])('GET %s returns 404', async (path) => {
  expect(await get(path)).toMatchObject({ status: 404, body: '' })
})
