import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { apiParts } from '../../docs/openapi/parts.ts'
import type { RequestExample } from '../../functions/shared/http/route.ts'
import { AuditReader } from '../../lib/audit/audit-reader.ts'
import { type ExampleWorld, plantedSecret, startExampleWorld } from '../support/example-world.ts'
import { adminClaims, callHttp, readerClaims } from '../support/http-event.ts'

let world: ExampleWorld
beforeAll(async () => {
  world = await startExampleWorld()
})
afterAll(() => world.stop())
beforeEach(() => world.reset())

/** Operations that test servers, and a recovery that finds every record. They change nothing and leave no audit entry. */
const changeNothing = [
  'testAccount',
  'testConnection',
  'examineAccount',
  'testDestination',
  'testNewDestination',
  'recoverMessages',
]
/** A redirection ends one delivery and creates another. A retry of a message that is not stored requests a run. */
const changeTwo = ['redirectDelivery', 'retryUnstoredMessage']

describe.each(apiParts)('$tag', (part) => {
  const examples = part.routes.flatMap((route) =>
    route.definition.examples.map((example): [string, typeof route, RequestExample] => [
      `${route.method} ${route.path}: ${example.summary}`,
      route,
      example,
    ]),
  )

  it.each(examples)('%s', async (_name, route, example) => {
    const path = route.path.replaceAll(/\{(\w+)\}/g, (_, key: string) =>
      encodeURIComponent(example.params?.[key] ?? ''),
    )
    const headers = Object.fromEntries(Object.entries(example.headers ?? {}).map(([k, v]) => [k.toLowerCase(), v]))
    const ask = (claims: Record<string, unknown> | null) =>
      callHttp(world.handlerOf(part), {
        method: route.method,
        path,
        ...(example.params && { params: { ...example.params } }),
        ...(example.query && { query: { ...example.query } }),
        ...(example.body !== undefined && { body: example.body }),
        headers,
        claims,
      })
    expect((await ask(null)).status).toBe(401)
    if (route.definition.role === 'admin') expect((await ask(readerClaims)).status).toBe(403)
    expect(await entries()).toEqual([])

    // callHttp checks that the response is as documented.
    const answer = await ask(adminClaims)
    expect({ status: answer.status, problem: answer.body?.errors }).toEqual({ status: example.status })
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(JSON.stringify(answer) + world.written.join('')).not.toContain(plantedSecret)

    const { operation } = route.definition
    const none = route.method === 'GET' || changeNothing.includes(operation)
    const changes = none ? 0 : changeTwo.includes(operation) ? 2 : 1
    expect(await entries()).toEqual(Array(changes).fill({ who: 'admin@example.org', outcome: 'made' }))
  })
})

const entries = async () => {
  const { entries } = await new AuditReader(world.tables.table('audit')).list({ limit: 100 })
  return entries.map(({ who, outcome }) => ({ who, outcome }))
}
