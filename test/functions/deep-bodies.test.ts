import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiPart, apiParts } from '../../docs/openapi/parts.ts'
import { deepestBody, jsonBodyOf } from '../../functions/shared/http/request.ts'
import type { Route } from '../../functions/shared/http/route.ts'
import { type ExampleWorld, startExampleWorld } from '../support/example-world.ts'
import { callHttp } from '../support/http-event.ts'

let world: ExampleWorld
beforeAll(async () => {
  world = await startExampleWorld()
})
afterAll(async () => {
  await world?.stop()
})

const depth = 40_000
const objects = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`
const lists = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`

const routesWithBody = apiParts.flatMap((part) =>
  part.routes.flatMap((route): [string, ApiPart, Route][] =>
    route.definition.body ? [[`${route.method} ${route.path}`, part, route]] : [],
  ),
)

describe('A body that is nested 40,000 deep', () => {
  it('is sent to every route that accepts a body', () => {
    expect(routesWithBody.length).toBeGreaterThan(15)
  })

  it.each(routesWithBody)('is refused with 400 by %s', async (_, part, route) => {
    const [example] = route.definition.examples
    const params = example?.params ?? {}
    const path = Object.entries(params).reduce(
      (text, [name, value]) => text.replace(`{${name}}`, encodeURIComponent(value)),
      route.path,
    )
    for (const body of [objects(depth), `{"afterFetch":${objects(depth)}}`, `{"name":${lists(depth)}}`]) {
      const answer = await callHttp(world.handlerOf(part), {
        method: route.method,
        path,
        params,
        body,
        headers: { 'if-match': '*' },
      })
      expect(answer.status).toBe(400)
      expect(answer.body).toMatchObject({ code: 'body-too-deep' })
      expect(answer.body.detail).toContain(String(deepestBody))
    }
  })
})

describe('The depth of a body', () => {
  const read = (body: string) =>
    jsonBodyOf({
      version: '2.0',
      headers: { 'content-type': 'application/json' },
      body,
      isBase64Encoded: false,
      cookies: [],
      requestContext: { requestId: 'r' },
    })

  it.each([objects, lists, (levels: number) => `[{"b":0},${objects(levels - 1)}]`])(
    'may reach the limit and not exceed it (%#)',
    (nested) => {
      expect(read(nested(deepestBody))).toEqual(JSON.parse(nested(deepestBody)))
      expect(() => read(nested(deepestBody + 1))).toThrow(expect.objectContaining({ code: 'body-too-deep' }))
    },
  )

  it('does not count brackets inside text', () => {
    expect(read(JSON.stringify('['.repeat(depth)))).toBe('['.repeat(depth))
  })

  it('is not the number of members', () => {
    expect(read(`[${Array(50_000).fill('[]').join(',')}]`)).toHaveLength(50_000)
  })
})
