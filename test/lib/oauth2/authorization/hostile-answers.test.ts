import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { ServerRefusal, TokenAnswer } from '../../../../lib/oauth2/authorization/server-answer.ts'
import {
  cutOff,
  dripping,
  gzipped,
  html,
  huge,
  json,
  noHttp,
  raw,
  redirectTo,
  refusal,
  reset,
  type ScriptedAnswer,
  silent,
  silentAfter,
  slow,
  tokens,
} from '../../../oauth2-server/scripted-answers.ts'
import { clientFor, expectNoSecret, never, refusalOf, scripted, secrets, servers } from './asking.ts'

/** Milliseconds. A busy machine needs part of this time to connect. */
const hasty = { time: 2_000 }

const refresh = async (answer: ScriptedAnswer): Promise<TokenAnswer> => {
  const server = await scripted()
  server.otherwise = answer
  return await servers().refresh(clientFor(server), secrets.refreshToken, never)
}

interface Failure {
  readonly title: string
  readonly answer: ScriptedAnswer
  readonly refusal: ServerRefusal
  readonly hasty?: true
}

const noAnswer = { kind: 'unreachable', error: 'no-answer-in-time' } as const
const noToken = { kind: 'misbehaved', error: 'no-token-answer', status: 200 } as const
const notJson = { kind: 'misbehaved', error: 'answer-not-json', status: 200 } as const
const lost = { kind: 'unreachable', error: 'connection-lost' } as const
const redirected = { kind: 'misbehaved', error: 'redirected' } as const
const withAccess = (field: unknown) => json({ access_token: 'a', ...(field as object) })

const failures: readonly Failure[] = [
  { title: 'silence', answer: silent, refusal: noAnswer, hasty: true },
  { title: 'silence after the first bytes', answer: silentAfter('{"access_token":"'), refusal: noAnswer, hasty: true },
  { title: 'an endless response, byte by byte', answer: dripping(50), refusal: noAnswer, hasty: true },
  { title: 'a reset connection', answer: reset, refusal: lost },
  { title: 'a connection that is cut off', answer: cutOff, refusal: lost },
  {
    title: 'an endless response',
    answer: huge(Number.POSITIVE_INFINITY),
    refusal: { kind: 'misbehaved', error: 'answer-too-large', status: 200 },
  },
  {
    title: 'a response just above 256 KiB',
    answer: raw(`{"access_token":"a","padding":"${'p'.repeat(256 * 1024)}"}`),
    refusal: { kind: 'misbehaved', error: 'answer-too-large', status: 200 },
  },
  { title: 'a web page', answer: html(), refusal: notJson },
  { title: 'truncated JSON', answer: raw('{"access_token":"a'), refusal: notJson },
  { title: 'a form instead of JSON', answer: raw('access_token=a&token_type=bearer'), refusal: notJson },
  { title: 'compressed bytes that were not requested', answer: gzipped({ access_token: 'a' }), refusal: notJson },
  { title: 'a poisoned prototype', answer: raw('{"access_token":"a","__proto__":{"x":1}}'), refusal: notJson },
  { title: 'an empty body', answer: raw(''), refusal: { kind: 'misbehaved', error: 'no-token-answer' } },
  { title: 'no content', answer: raw('', 204), refusal: { kind: 'misbehaved', error: 'no-token-answer' } },
  { title: 'null', answer: json(null), refusal: { kind: 'misbehaved', error: 'no-token-answer' } },
  { title: 'a text', answer: json('access'), refusal: { kind: 'misbehaved', error: 'no-token-answer' } },
  { title: 'a number', answer: json(7), refusal: { kind: 'misbehaved', error: 'no-token-answer' } },
  { title: 'an array', answer: json([{ access_token: 'a' }]), refusal: noToken },
  { title: 'an object without a token', answer: json({ ok: true }), refusal: noToken },
  { title: 'a token that is not a text', answer: withAccess({ access_token: { value: 'a' } }), refusal: noToken },
  { title: 'an empty token', answer: withAccess({ access_token: '' }), refusal: noToken },
  { title: 'a token with a control character', answer: withAccess({ access_token: 'a\u0001b' }), refusal: noToken },
  { title: 'a token with a line break', answer: withAccess({ access_token: 'a\r\nb' }), refusal: noToken },
  { title: 'a token of 40 KB', answer: withAccess({ access_token: 'a'.repeat(40_000) }), refusal: noToken },
  { title: 'a refresh token that is not a text', answer: withAccess({ refresh_token: 7 }), refusal: noToken },
  { title: 'an unsupported token type', answer: withAccess({ token_type: 'mac' }), refusal: noToken },
  { title: 'a redirect (302)', answer: redirectTo('https://elsewhere.example/token'), refusal: redirected },
  { title: 'a redirect (301)', answer: redirectTo('/token', 301), refusal: redirected },
  { title: 'a redirect (303)', answer: redirectTo('/token', 303), refusal: redirected },
  { title: 'a redirect (307)', answer: redirectTo('/token', 307), refusal: redirected },
  { title: 'a redirect (308)', answer: redirectTo('http://169.254.169.254/', 308), refusal: redirected },
  { title: 'another protocol', answer: noHttp, refusal: { kind: 'misbehaved', error: 'no-http' } },
  {
    title: 'a header of 100 KB',
    answer: raw('{}', 200, { 'x-large': 'x'.repeat(100_000) }),
    refusal: { kind: 'misbehaved', error: 'no-http' },
  },
  {
    title: 'a broken server',
    answer: html(500),
    refusal: { kind: 'unreachable', error: 'server-in-trouble', status: 500 },
  },
  {
    title: 'a gateway without its server',
    answer: json({ error: 'Bad Gateway', status: 502 }, 502),
    refusal: { kind: 'unreachable', error: 'server-in-trouble', status: 502 },
  },
  {
    title: 'an overloaded server',
    answer: refusal('too_many_requests', 'Slow down.', 429),
    refusal: { kind: 'unreachable', error: 'server-in-trouble', status: 429 },
  },
  {
    title: 'a wrong address',
    answer: html(404),
    refusal: { kind: 'misbehaved', error: 'no-token-answer', status: 404 },
  },
  {
    title: 'a framework’s own error',
    answer: json({ error: 'Not Found', status: 404, path: '/token' }, 404),
    refusal: { kind: 'misbehaved', error: 'no-token-answer', status: 404 },
  },
]

describe('invalid token responses', () => {
  it.each(failures)(
    'a token request fails cleanly if the endpoint responds with $title',
    async ({ answer, refusal: expected, hasty: isHasty }) => {
      const server = await scripted()
      server.otherwise = answer
      const before = performance.now()
      const client = clientFor(server)
      const asked = servers(isHasty ? hasty : {}).refresh(client, secrets.refreshToken, never)
      const refused = await refusalOf(asked)
      expect(refused).toMatchObject(expected)
      expect(refused.description).toMatch(/^[\x20-\x7e]{10,200}$/)
      expect(performance.now() - before).toBeLessThan(isHasty ? 5_000 : 10_000)
      expect(server.requests).toHaveLength(1)
      await expect.poll(() => server.openConnections).toBe(0)
    },
  )

  it('a token request ends at once when its signal is aborted', async () => {
    const server = await scripted()
    server.otherwise = silent
    const controller = new AbortController()
    const asked = refusalOf(servers().refresh(clientFor(server), secrets.refreshToken, controller.signal))
    await server.received(1)
    controller.abort(new Error('a reason that must stay hidden'))
    expect(await asked).toMatchObject(noAnswer)
    await expect.poll(() => server.openConnections).toBe(0)
  })

  it('a token request with an aborted signal sends nothing', async () => {
    const server = await scripted()
    const asked = servers().refresh(clientFor(server), secrets.refreshToken, AbortSignal.abort())
    expect(await refusalOf(asked)).toMatchObject(noAnswer)
    expect(server.requests).toEqual([])
  })

  it('a response after the end of a token request is ignored', async () => {
    const server = await scripted()
    const { promise: late, resolve } = Promise.withResolvers<void>()
    server.otherwise = slow(late, html(500))
    const asked = servers(hasty).refresh(clientFor(server), secrets.refreshToken, never)
    expect(await refusalOf(asked)).toMatchObject(noAnswer)
    resolve()
    // A response that is not ignored would cause an unhandled rejection, which fails the run.
    await setImmediate()
  })
})

describe('OAuth2 errors of a token endpoint', () => {
  const refused = (answer: ScriptedAnswer) => refusalOf(refresh(answer))

  it('an OAuth2 error is reported with its code, description and status', async () => {
    expect(await refused(refusal('invalid_grant', 'Token has been expired or revoked.'))).toEqual({
      kind: 'refused',
      status: 400,
      error: 'invalid_grant',
      description: 'Token has been expired or revoked.',
    })
    expect(await refused(refusal('invalid_client', undefined, 401))).toEqual({
      kind: 'refused',
      status: 401,
      error: 'invalid_client',
    })
  })

  it('an OAuth2 error is read from a text/plain response and from a response with status 200', async () => {
    const body = JSON.stringify({ error: 'invalid_grant', error_description: 'gone' })
    const asText = await refused(raw(body, 400, { 'content-type': 'text/plain' }))
    expect(asText).toMatchObject({ kind: 'refused', error: 'invalid_grant', description: 'gone' })
    expect(await refused(raw(body))).toMatchObject({ kind: 'refused', error: 'invalid_grant', status: 200 })
  })

  it('an OAuth2 error is read from Google’s API format and from a 401 without a body', async () => {
    const status = { error: { code: 400, message: 'Precondition check failed.', status: 'FAILED_PRECONDITION' } }
    expect(await refused(json(status, 400))).toMatchObject({
      kind: 'refused',
      error: 'FAILED_PRECONDITION',
      description: 'Precondition check failed.',
    })
    expect(await refused(raw('', 401))).toEqual({ kind: 'refused', status: 401, error: 'invalid_client' })
    expect(await refused(html(401))).toEqual({ kind: 'refused', status: 401, error: 'invalid_client' })
  })

  it('an OAuth2 error with a 5xx status counts only if its code reports a failing server', async () => {
    expect(await refused(refusal('temporarily_unavailable', 'Later.', 503))).toMatchObject({
      kind: 'refused',
      error: 'temporarily_unavailable',
    })
    expect(await refused(refusal('invalid_grant', 'Later.', 503))).toMatchObject({ kind: 'unreachable' })
  })

  it('an OAuth2 error’s description is one bounded line without control characters, and its markup is unchanged', async () => {
    const description = `<img src=x onerror=alert(1)>\r\n\u0000\u001b[31m\u202e${'long '.repeat(500)}`
    const { description: shown = '' } = await refused(refusal('invalid_grant', description))
    expect(shown.length).toBeLessThanOrEqual(500)
    expect(shown).not.toMatch(/[\p{Cc}\u202e]/u)
    expect(shown.startsWith('<img src=x onerror=alert(1)> [31m')).toBe(true)
  })

  it('an OAuth2 error never contains a secret in any spelling', async () => {
    const basic = Buffer.from(`postmaster:${secrets.clientSecret}`).toString('base64')
    const echo = [
      secrets.clientSecret,
      secrets.refreshToken.toUpperCase(),
      encodeURIComponent(secrets.clientSecret),
      Buffer.from(secrets.refreshToken).toString('base64'),
      basic,
    ]
    const { description = '' } = await refused(refusal('invalid_client', `You sent ${echo.join(' and ')}.`))
    expect(description).toMatch(/^You sent … and … and/)
    expectNoSecret(description)
    expect((await refused(refusal(`bad.${secrets.clientSecret}`))).error).not.toContain(secrets.clientSecret)
  })

  it('a response whose error is not a text is not an OAuth2 error', async () => {
    const answer = await refused(json({ error: { nested: true }, error_description: ['x'] }, 400))
    expect(answer).toMatchObject({ kind: 'misbehaved', status: 400 })
    expect(await refused(json({ error: 'invalid_grant', error_description: { a: 1 } }, 400))).toEqual({
      kind: 'refused',
      status: 400,
      error: 'invalid_grant',
    })
  })
})

describe('token responses in various formats', () => {
  const fields: ReadonlyArray<readonly [string, Record<string, unknown>, Partial<TokenAnswer>]> = [
    ['a lifetime as text', { expires_in: '3599' }, { expiresIn: 3599 }],
    ['a lifetime with a fraction', { expires_in: 3599.9 }, { expiresIn: 3599 }],
    ['no lifetime', { expires_in: undefined }, {}],
    ['a lifetime of null', { expires_in: null }, {}],
    ['a lifetime of zero', { expires_in: 0 }, {}],
    ['a negative lifetime', { expires_in: -1 }, {}],
    ['a lifetime that is not a number', { expires_in: 'soon' }, {}],
    ['an empty lifetime', { expires_in: ' ' }, {}],
    ['a lifetime beyond all dates', { expires_in: 1e20 }, {}],
    ['a lifetime that is an object', { expires_in: { seconds: 5 } }, {}],
    ['Microsoft’s second lifetime', { ext_expires_in: 7200, expires_in: 3600 }, { expiresIn: 3600 }],
    ['a type in lower case', { token_type: 'bearer' }, {}],
    ['a type in upper case', { token_type: 'BEARER' }, {}],
    ['no type', { token_type: undefined }, {}],
    ['a type of null', { token_type: null }, {}],
    ['scopes as text', { scope: 'a b' }, { scope: 'a b' }],
    ['scopes as a list', { scope: ['a', 'b'] }, { scope: 'a b' }],
    ['invalid scopes', { scope: { a: 1 } }, {}],
    ['an id token', { id_token: 'h.p.s' }, { idToken: 'h.p.s' }],
    ['an invalid id token', { id_token: 7 }, {}],
    ['no refresh token', { refresh_token: null }, {}],
    ['an empty refresh token', { refresh_token: '' }, {}],
    [
      'a refresh token’s lifetime',
      { refresh_token: 'r', refresh_token_expires_in: '86400' },
      { refreshToken: 'r', refreshExpiresIn: 86_400 },
    ],
    [
      'Keycloak’s name for that lifetime',
      { refresh_token: 'r', refresh_expires_in: 1800 },
      { refreshToken: 'r', refreshExpiresIn: 1800 },
    ],
    ['Keycloak’s offline tokens', { refresh_token: 'r', refresh_expires_in: 0 }, { refreshToken: 'r' }],
    ['an additional expiry', { expires_at: 'whenever' }, {}],
    ['an empty error next to the token', { error: '' }, {}],
  ]

  it.each(fields)('a token response is read with %s', async (_, answer, expected) => {
    const given = json({ access_token: 'a', token_type: 'Bearer', ...answer })
    expect(await refresh(given)).toEqual({ accessToken: 'a', ...expected })
  })

  it('a token response is read with any content type', async () => {
    const body = JSON.stringify({ access_token: 'a' })
    for (const type of ['text/html', 'text/javascript', 'application/json;charset=utf-16', ''])
      expect(await refresh(raw(body, 200, { 'content-type': type }))).toEqual({ accessToken: 'a' })
  })

  it('a slow token response is read', async () => {
    expect(await refresh(slow(new Promise((resolve) => setTimeout(resolve, 300)), tokens()))).toMatchObject({
      accessToken: 'access-1',
    })
  })
})
