import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import openapi from '../../../docs/openapi.json' with { type: 'json' }
import { docsHandler } from '../../../functions/docs/handler.ts'
import { handler } from '../../../functions/docs/index.ts'

const get = async (rawPath: string) => {
  const { statusCode, headers, body } = await handler({ rawPath })
  return { status: statusCode, headers: headers ?? {}, body: body ?? '' }
}

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

  it('GET /docs allows only its own style', async () => {
    const { headers, body } = await get('/docs')
    const [style = '', ...more] = [...body.matchAll(/<style>(.*?)<\/style>/gs)].map(([, text]) => text)
    expect(more).toEqual([])
    const hash = createHash('sha256').update(style).digest('base64')
    expect(headers['content-security-policy']).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    )
    expect(body).not.toMatch(
      /<script|<img|<link|<iframe|style="|https?:\/\/(?!…)[a-z]+\.(?:com|net|org)\/[^"]*\.(?:js|css)|\son\w+=/i,
    )
  })

  it('GET /docs escapes HTML in descriptions', async () => {
    const hostile = structuredClone(openapi)
    hostile.info.description = '<script>alert(1)</script> `</code><b>`'
    hostile.paths['/accounts'].get.summary = '"><img src=x onerror=alert(1)>'
    const { body } = await docsHandler(hostile)({ rawPath: '/docs' })
    expect(body).not.toMatch(/<script|<img|<b>/)
    expect(body).toContain('&lt;script&gt;alert(1)&lt;/script&gt; <code>&lt;/code&gt;&lt;b&gt;</code>')
  })
})

it.each(['/', '/docs/', '/constructor', '/__proto__', '/openapi.json/x'])('GET %s returns 404', async (path) => {
  expect(await get(path)).toMatchObject({ status: 404, body: '' })
})
