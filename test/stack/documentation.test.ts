import { afterAll, beforeAll, expect, it } from 'vitest'
import openapi from '../../docs/openapi.json' with { type: 'json' }
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

const get = (path: string, token?: string) =>
  fetch(`${stack.local.apiUrl}${path}`, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } })

it('the API’s documentation is public, and every other route requires a token', async () => {
  const document = await get('/openapi.json')
  expect(document.status).toBe(200)
  expect(await document.json()).toEqual(openapi)
  const page = await get('/docs')
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'sha256-/)
  expect(await page.text()).toContain('Create a mail account')
  for (const [path, methods] of Object.entries(openapi.paths))
    for (const method of Object.keys(methods)) {
      const answer = await fetch(`${stack.local.apiUrl}${path.replaceAll(/\{\w+\}/g, 'x')}`, {
        method: method.toUpperCase(),
      })
      expect({ path, method, status: answer.status }).toEqual({ path, method, status: 401 })
    }
})

it('the audit trail of a deployment contains the admin’s actions', async () => {
  const queueId = await stack.api.createQueue('Support')
  const answer = await get(`/audit?subject=/queues/${queueId}`, stack.local.token ?? '')
  expect(answer.status).toBe(200)
  expect(await answer.json()).toMatchObject({
    items: [{ who: 'local-admin', action: 'create', name: 'Support', outcome: 'made' }],
  })
})
