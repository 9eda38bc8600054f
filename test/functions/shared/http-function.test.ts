import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { httpFunction } from '../../../functions/shared/http/http-function.ts'
import { decodeCursor, pageAnswer, pagingQuerySchema } from '../../../functions/shared/http/lists.ts'
import { bodyLimit, expectedVersionOf } from '../../../functions/shared/http/request.ts'
import { route } from '../../../functions/shared/http/route.ts'
import { ProblemError } from '../../../lib/reasons/problem.ts'
import { adminClaims, callHttp, memoryLog, readerClaims, testRoles } from '../../support/http-event.ts'

const secret = 'hunter2-never-shown'
const log = memoryLog()

/** The documentation of the routes, which do not appear in docs/openapi.json. */
const undocumented = { operation: 'o', summary: 's', description: 'd', answers: {}, examples: [] }

const handler = httpFunction({
  roles: testRoles,
  log,
  routes: [
    route({
      ...undocumented,
      method: 'POST',
      path: '/things',
      role: 'admin',
      body: z.strictObject({
        name: z.string().min(1).max(5),
        count: z.int().min(1),
        kind: z.enum(['a', 'b']),
        nested: z.strictObject({ 'x/y': z.boolean() }).optional(),
      }),
      handle: async ({ body, caller }) => ({
        status: 201,
        body: { ...body, by: caller.name },
        headers: { etag: '"1"' },
      }),
    }),
    route({
      ...undocumented,
      method: 'GET',
      path: '/things',
      role: 'reader',
      query: pagingQuerySchema.extend({ colour: z.enum(['red']).optional() }),
      handle: async ({ query, caller }) => ({ status: 200, body: { ...query, caller } }),
    }),
    route({
      ...undocumented,
      method: 'DELETE',
      path: '/things/{thingId}',
      role: 'admin',
      params: z.strictObject({ thingId: z.string().max(8) }),
      handle: async ({ params, headers }) => {
        expectedVersionOf(headers)
        if (params.thingId === 'gone') throw new ProblemError('not-found', 'There is no thing gone.')
        if (params.thingId === 'broken') throw Object.assign(new TypeError(`cannot ${secret}`), { code: 'EBROKEN' })
        return { status: 204 }
      },
    }),
  ],
})

const post = (body: unknown, more: object = {}) => callHttp(handler, { method: 'POST', path: '/things', body, ...more })
const remove = (thingId: string, headers: Record<string, string> = { 'if-match': '*' }) =>
  callHttp(handler, { method: 'DELETE', path: `/things/${thingId}`, params: { thingId }, headers })

/** The token of the next page, as a list answers it. */
const tokenOf = (position: object): string =>
  z.object({ next: z.string() }).parse(pageAnswer({ items: [], next: position }).body).next

describe('an HTTP function', () => {
  it('an HTTP function responds with JSON, the handler’s headers and security headers', async () => {
    const answer = await post({ name: 'n', count: 1, kind: 'a' })
    expect(answer.status).toBe(201)
    expect(answer.body).toEqual({ name: 'n', count: 1, kind: 'a', by: 'admin@example.org' })
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      etag: '"1"',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
  })

  it('an HTTP function reports every invalid, missing and unknown field in one 400 without repeating a value', async () => {
    const answer = await post({ name: `${secret}x`, count: 1.5, nested: { 'x/y': 'no', more: 1 }, 'p~/': secret })
    expect(answer.status).toBe(400)
    expect(answer.headers['content-type']).toBe('application/problem+json')
    expect(answer.body).toMatchObject({
      type: 'urn:postmaster:problem:invalid-request',
      code: 'invalid-request',
      instance: 'request-1',
    })
    expect(answer.body.remedy).toContain('errors')
    const byPath = Object.fromEntries(
      answer.body.errors.map((error: { path: string; message: string }) => [error.path, error.message]),
    )
    expect(byPath).toEqual({
      '/name': 'must be at most 5 characters long',
      '/count': 'must be a whole number',
      '/kind': 'is missing',
      '/nested/x~1y': 'must be true or false',
      '/nested/more': 'is not a known field',
      '/p~0~1': 'is not a known field',
    })
    expect(JSON.stringify(answer.body)).not.toContain(secret)
  })

  it('an HTTP function reports invalid parameters by their plain names', async () => {
    const query = { limit: '500', colour: 'blue', other: 'x' }
    const answer = await callHttp(handler, { method: 'GET', path: '/things', query })
    expect(answer.body.errors).toEqual([
      { path: 'limit', message: 'must be at most 100' },
      { path: 'colour', message: 'must be `red`' },
      { path: 'other', message: 'is not a known field' },
    ])
  })

  it('an HTTP function refuses a body that is not an object, malformed, too large, not UTF-8 or not declared as JSON', async () => {
    expect((await post('[]')).body.errors).toEqual([{ path: '', message: 'must be an object' }])
    expect((await post(`{"password":"${secret}"`)).body.code).toBe('malformed-json')
    expect((await post('')).body.code).toBe('malformed-json')
    expect((await post(`"${'x'.repeat(bodyLimit)}"`)).status).toBe(413)
    expect((await post({}, { headers: { 'content-type': 'text/plain' } })).status).toBe(415)
    expect(
      (await post({}, { headers: { 'content-type': 'application/merge-patch+json; charset=utf-8' } })).status,
    ).toBe(400)
  })

  it('an HTTP function never logs a malformed body', async () => {
    log.lines.length = 0
    await post(`{"password":"${secret}"`)
    expect(log.lines).toHaveLength(1)
    expect(log.lines.join()).toContain('malformed-json')
    expect(log.lines.join()).not.toContain(secret)
  })

  it('an HTTP function responds to an unexpected error with 500 and logs its class, code and location but not its message', async () => {
    log.lines.length = 0
    const answer = await remove('broken')
    expect(answer.status).toBe(500)
    expect(answer.body.code).toBe('internal-error')
    expect(JSON.stringify(answer)).not.toContain(secret)
    const [line = ''] = log.lines
    expect(JSON.parse(line)).toMatchObject({
      level: 'error',
      name: 'TypeError',
      errorCode: 'EBROKEN',
      requestId: 'request-1',
    })
    expect(line).toContain('http-function.test.ts')
    expect(line).not.toContain(secret)
  })

  it('an HTTP function returns 404 for a missing resource and for a missing route', async () => {
    expect((await remove('gone')).body).toMatchObject({ code: 'not-found', detail: 'There is no thing gone.' })
    expect((await callHttp(handler, { method: 'GET', path: '/elsewhere' })).body).toMatchObject({ code: 'not-found' })
  })

  it('an HTTP function requires If-Match in a supported form', async () => {
    expect((await remove('x', {})).status).toBe(428)
    expect((await remove('x', { 'if-match': '"3"' })).status).toBe(204)
    for (const wrong of ['3', 'W/"3"', '"3", "4"', '"0"'])
      expect((await remove('x', { 'if-match': wrong })).body.errors[0].path).toBe('If-Match')
  })

  it('an HTTP function omits content type and body from a 204', async () => {
    const answer = await remove('x')
    expect(answer.body).toBeUndefined()
    expect(answer.headers['content-type']).toBeUndefined()
  })
})

describe('the roles of an HTTP function', () => {
  const get = (claims: Record<string, unknown> | null) => callHttp(handler, { method: 'GET', path: '/things', claims })
  const write = (claims: Record<string, unknown> | null) => post({ name: 'n', count: 1, kind: 'a' }, { claims })

  it('a reader may read but not write, an admin may do both, and a stranger neither', async () => {
    expect((await get(readerClaims)).status).toBe(200)
    expect((await write(readerClaims)).body).toMatchObject({ status: 403, code: 'role-missing' })
    expect((await get(adminClaims)).status).toBe(200)
    expect((await get({ ...readerClaims, 'cognito:groups': [] })).status).toBe(403)
    expect((await get(null)).status).toBe(401)
  })

  it('roles are checked before the body is read', async () => {
    expect((await post('{{{', { claims: readerClaims })).status).toBe(403)
  })
})

describe('paging tokens', () => {
  const schema = z.strictObject({ at: z.string() })

  it('paging tokens decode to the encoded position', () => {
    expect(decodeCursor(schema, tokenOf({ at: 'ä' }))).toEqual({ at: 'ä' })
    expect(decodeCursor(schema, undefined)).toBeUndefined()
  })

  it('foreign paging tokens are refused with the name of the parameter', () => {
    for (const token of ['', '%%%', 'e30', tokenOf({ at: 1 }), tokenOf({ at: 'x', more: 1 })])
      expect(() => decodeCursor(schema, token)).toThrow(
        expect.objectContaining({ code: 'invalid-request', fields: [expect.objectContaining({ path: 'next' })] }),
      )
  })
})
