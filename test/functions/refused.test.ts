import { ScanCommand } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type ApiPart, apiParts } from '../../docs/openapi/parts.ts'
import type { RequestExample, Route } from '../../functions/shared/http/route.ts'
import type { FieldProblem } from '../../lib/reasons/problem.ts'
import { tables as definitions, type TableName } from '../../lib/tables/tables.ts'
import { type ExampleWorld, startExampleWorld } from '../support/example-world.ts'
import { callHttp } from '../support/http-event.ts'

let world: ExampleWorld
beforeAll(async () => {
  world = await startExampleWorld()
})
afterAll(() => world.stop())
beforeEach(() => world.reset())

/** Not what anybody sees: remainders of an interrupted or refused change, which the next one takes over, and its trace. */
const traces: TableName[] = ['mailboxClaims', 'audit']

/** Every row that people see. */
const state = async () => {
  const names = (Object.keys(definitions) as TableName[]).filter((name) => !traces.includes(name))
  const rows = await Promise.all(
    names.map(async (name) => {
      const { Items = [] } = await world.tables.client.send(
        new ScanCommand({ TableName: world.tables.tableName(name), ConsistentRead: true }),
      )
      const found = Items.map((item) => unmarshall(item)).filter(
        ({ key }) => !/^(queue|profile)-name#/.test(String(key)),
      )
      return [name, found.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))]
    }),
  )
  return Object.fromEntries(rows)
}

const ask = (
  part: ApiPart,
  route: Route,
  example: RequestExample,
  change: { body?: unknown; ifMatch?: string | null },
) => {
  const { 'if-match': own, ...headers } = Object.fromEntries(
    Object.entries(example.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  )
  const ifMatch = change.ifMatch === undefined ? own : change.ifMatch
  const body = 'body' in change ? change.body : example.body
  return callHttp(world.handlerOf(part), {
    method: route.method,
    path: route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(example.params?.[name] ?? '')),
    ...(example.params && { params: { ...example.params } }),
    ...(body !== undefined && { body }),
    headers: { ...headers, ...(ifMatch && { 'if-match': ifMatch }) },
  })
}

const changing = apiParts.flatMap((part) =>
  part.routes
    .filter(({ method }) => method !== 'GET')
    .flatMap((route) =>
      route.definition.examples.map((example): [string, ApiPart, Route, RequestExample] => [
        `${route.method} ${route.path}: ${example.summary}`,
        part,
        route,
        example,
      ]),
    ),
)
const withBody = changing.filter(([, , , { body }]) => typeof body === 'object' && body !== null)
const versioned = changing.filter(([, , { definition }]) => definition.problems?.includes('version-required'))

/** No field of the API takes this. */
const wrong = { wrong: ['value'] }

describe('a refused change names what was wrong, all of it, and changes nothing', () => {
  it.each(withBody)('%s', async (_name, part, route, example) => {
    const before = await state()
    expect(before.accounts).toHaveLength(2)
    const fields = Object.keys(example.body as object)
    for (const field of fields) {
      const answer = await ask(part, route, example, { body: { ...(example.body as object), [field]: wrong } })
      expect(answer.status, field).toBe(400)
      expect(named(answer.body.errors, field), JSON.stringify(answer.body)).toBe(true)
    }
    const all = Object.fromEntries([...fields, 'nonsense'].map((field) => [field, wrong]))
    const { body } = await ask(part, route, example, { body: all })
    for (const field of [...fields, 'nonsense']) expect(named(body.errors, field), JSON.stringify(body)).toBe(true)

    const broken = await ask(part, route, example, { body: JSON.stringify(example.body).slice(0, -1) })
    expect(broken.body.code).toBe('malformed-json')
    for (const whole of [[], 'text', 7, null])
      expect((await ask(part, route, example, { body: JSON.stringify(whole) })).status).toBe(400)
    expect(await state()).toEqual(before)
  })
})

const named = (errors: readonly FieldProblem[] | undefined, field: string): boolean =>
  errors?.some(({ path }) => path === `/${field}` || path.startsWith(`/${field}/`)) ?? false

describe('a change of another version than the current one changes nothing', () => {
  it.each(versioned)('%s', async (_name, part, route, example) => {
    const before = await state()
    expect((await ask(part, route, example, { ifMatch: '"7"' })).body.code).toBe('changed-meanwhile')
    expect((await ask(part, route, example, { ifMatch: null })).body.code).toBe('version-required')
    expect((await ask(part, route, example, { ifMatch: 'W/"1"' })).body.code).toBe('invalid-request')
    expect(await state()).toEqual(before)
  })
})

describe('a change that meets another one', () => {
  it.each(['createAccount', 'createQueue', 'createSystemAddress', 'createOAuth2Profile'])(
    '%s a second time changes nothing',
    async (operation) => {
      const [, part, route, example] = changing.find(([, , { definition }]) => definition.operation === operation) ?? []
      if (!part || !route || !example) throw new Error(`no example of ${operation}`)
      expect((await ask(part, route, example, {})).status).toBe(201)
      const before = await state()
      const again = await ask(part, route, example, {})
      expect(again.status).toBe(409)
      expect(again.body.remedy).toMatch(/\S/)
      expect(await state()).toEqual(before)
    },
  )
})
