import { describe, expect, it } from 'vitest'
import { callerOf, type HttpEvent, httpEventSchema, type Role } from '../../../functions/shared/http/request.ts'
import { ProblemError } from '../../../lib/reasons/problem.ts'
import { authorizerClaims, testRoles, tokenOf } from '../../support/http-event.ts'

const roles = { ...testRoles, groupClaim: 'groups' }
const payload = { iss: 'https://issuer.example.org', sub: 'sub-1' }
type Claims = Record<string, unknown>

/** `headers` and `verified` replace the values derived from the payload. */
const eventOf = (claims: Claims, { headers, verified }: { headers?: Claims; verified?: Claims | null } = {}) =>
  httpEventSchema.parse({
    version: '2.0',
    headers: headers ?? { authorization: `Bearer ${tokenOf(claims)}` },
    requestContext: {
      requestId: 'request-1',
      ...(verified !== null && { authorizer: { jwt: { claims: verified ?? authorizerClaims(claims) } } }),
    },
  })

/** The caller, or the problem's code. */
const caller = (event: HttpEvent, role: Role = 'reader') => {
  try {
    return callerOf(event, role, roles).actor
  } catch (error) {
    if (error instanceof ProblemError) return error.code
    throw error
  }
}
const admission = (groups: unknown) => {
  const answer = caller(eventOf({ ...payload, groups }), 'admin')
  return typeof answer === 'string' ? answer : 'admitted'
}

describe('the scopes of a program', () => {
  const program = { iss: payload.iss, sub: 'client-1', client_id: 'client-1' }
  const answer = (claims: Claims, role: Role, scopeResource: string | undefined = 'postmaster') => {
    try {
      return callerOf(eventOf(claims), role, { ...roles, scopeResource })
    } catch (error) {
      if (error instanceof ProblemError) return error.message
      throw error
    }
  }

  it('a program has the role of its scope, and its client ID is its name', () => {
    const actor = { name: 'client-1', sub: 'client-1' }
    expect(answer({ ...program, scope: 'postmaster/read' }, 'reader')).toEqual({ actor, role: 'reader' })
    expect(answer({ ...program, scope: 'other/x postmaster/admin' }, 'admin')).toEqual({ actor, role: 'admin' })
    expect(answer({ ...program, scope: 'postmaster/admin' }, 'reader')).toEqual({ actor, role: 'admin' })
  })

  it.each<[string, Claims]>([
    ['of a reader', { ...program, scope: 'postmaster/read' }],
    ['that begins with the name of the scope', { ...program, scope: 'postmaster/administrator' }],
    ['that is a list', { ...program, scope: ['postmaster/admin'] }],
    ['that is missing', program],
  ])('a program with a scope %s is not an admin', (_, claims) => {
    expect(answer(claims, 'admin')).toBe('This request requires the scope postmaster/admin.')
  })

  it.each<[string, Claims]>([
    ['a person', { ...payload, client_id: 'client-1', scope: 'postmaster/admin' }],
    ['a token that names no client', { ...payload, scope: 'postmaster/admin' }],
  ])('scopes give no role to %s', (_, claims) => {
    expect(answer(claims, 'reader')).toMatch(/membership in the group/)
  })

  it('scopes give no role in a deployment without API clients', () => {
    expect(() => callerOf(eventOf({ ...program, scope: 'postmaster/admin' }), 'reader', roles)).toThrow(/membership/)
  })
})

describe('the groups of a caller', () => {
  it.each<[string, unknown]>([
    ['a list that contains only the group', ['desk-admins']],
    ['a list with other groups', ['x', 'desk-admins', 'y z']],
    ['a mixed list that contains the group', [7, ['x'], null, 'desk-admins']],
    ['a string that is the group', 'desk-admins'],
  ])('a caller is an admin with %s', (_, groups) => {
    expect(admission(groups)).toBe('admitted')
  })

  it.each<[string, unknown]>([
    ['no claim', undefined],
    ['null', null],
    ['an empty list', []],
    ['an empty string', ''],
    ['a name that contains the group after a space', ['x desk-admins']],
    ['a name that contains the group before a space', ['desk-admins x']],
    ['a name in brackets', ['[desk-admins]']],
    ['a name that closes a list and opens another', ['x] [desk-admins', 'y']],
    ['a name with a comma', ['x,desk-admins']],
    ['a string in brackets', '[desk-admins]'],
    ['a string with several words', 'openid desk-admins'],
    ['a string with commas', 'x,desk-admins'],
    ['a string that is JSON', '["desk-admins"]'],
    ['a prefix of the group', ['desk-admin']],
    ['the group with a suffix', ['desk-admins-2']],
    ['a path', ['/desk-admins']],
    ['upper case', ['Desk-Admins']],
    ['a leading space', [' desk-admins']],
    ['a trailing line feed', ['desk-admins\n']],
    ['a trailing NUL', ['desk-admins\0']],
    ['a zero-width space', ['desk\u200b-admins']],
    ['a zero-width joiner at the end', ['desk-admins\u200d']],
    ['a non-breaking hyphen', ['desk\u2011admins']],
    ['full-width letters', ['ｄｅｓｋ-admins']],
    ['a nested list', [['desk-admins']]],
    ['a list that reads as the group when it is joined', [['desk-admins'], []]],
    ['an object with the group as its name', { 'desk-admins': true }],
    ['an object with the group as its value', { 0: 'desk-admins', length: 1 }],
    ['a list of objects', [{ name: 'desk-admins' }]],
    ['a number', 7],
    ['true', true],
  ])('a caller is not an admin with %s', (_, groups) => {
    expect(admission(groups)).toBe('role-missing')
  })

  it('a caller is an admin if the list starts with 1,000 other groups', () => {
    expect(admission([...Array.from({ length: 1000 }, (_, i) => `g${i}`), 'desk-admins'])).toBe('admitted')
  })

  it('groups are read only from the token, so the authorizer’s text does not make a caller an admin', () => {
    const verified = { ...authorizerClaims(payload), groups: '[x desk-admins]' }
    expect(caller(eventOf({ ...payload, groups: ['x desk-admins'] }, { verified }), 'admin')).toBe('role-missing')
    expect(caller(eventOf(payload, { verified: { ...verified, groups: 'desk-admins' } }), 'admin')).toBe('role-missing')
  })

  it('a reader may read but not write, and an admin may do both', () => {
    const reader = eventOf({ ...payload, groups: ['desk-readers'] })
    expect(caller(reader)).toMatchObject({ sub: 'sub-1' })
    expect(caller(reader, 'admin')).toBe('role-missing')
    const admin = eventOf({ ...payload, groups: ['desk-admins'] })
    expect(caller(admin)).toEqual(caller(admin, 'admin'))
  })
})

describe('the token of a request', () => {
  const claims = { ...payload, jti: 'id-1', client_id: 'client-1', groups: ['desk-admins'] }
  const token = tokenOf(claims)
  const withHeaders = (headers: Claims) => caller(eventOf(claims, { headers }), 'admin')

  it.each<[string, Claims]>([
    ['a lower-case header name', { authorization: `Bearer ${token}` }],
    ['an upper-case header name', { AUTHORIZATION: `Bearer ${token}` }],
    ['a lower-case scheme', { Authorization: `bearer ${token}` }],
    ['several spaces after the scheme', { authorization: `Bearer   ${token}` }],
  ])('a request is signed in with %s', (_, headers) => {
    expect(withHeaders(headers)).toMatchObject({ sub: 'sub-1' })
  })

  it.each<[string, Claims]>([
    ['no header', {}],
    ['an empty header', { authorization: '' }],
    ['a token without a scheme', { authorization: token }],
    ['another scheme', { authorization: `Basic ${token}` }],
    ['two tokens', { authorization: `Bearer ${token} ${token}` }],
    ['two joined headers', { authorization: `Bearer ${token},Bearer ${token}` }],
    ['two headers', { authorization: `Bearer ${token}`, Authorization: `Bearer ${token}` }],
    ['two parts', { authorization: `Bearer ${token.split('.').slice(0, 2).join('.')}` }],
    ['four parts', { authorization: `Bearer ${token}.x` }],
    ['an empty payload', { authorization: 'Bearer e30..x' }],
    ['padding', { authorization: `Bearer ${token.replace('.', '=.')}` }],
    ['a payload that is not JSON', { authorization: `Bearer e30.${Buffer.from('{').toString('base64url')}.x` }],
    [
      'a payload that is not UTF-8',
      { authorization: `Bearer e30.${Buffer.from([0x22, 0xff, 0x22]).toString('base64url')}.x` },
    ],
    ['a payload that is a list', { authorization: `Bearer ${tokenOf([claims])}` }],
    ['a payload that is null', { authorization: `Bearer ${tokenOf(null)}` }],
    ['the token of another person', { authorization: `Bearer ${tokenOf({ ...claims, sub: 'sub-2' })}` }],
    ['the token of another issuer', { authorization: `Bearer ${tokenOf({ ...claims, iss: 'https://x.example' })}` }],
    ['another token of the person', { authorization: `Bearer ${tokenOf({ ...claims, jti: 'id-2' })}` }],
    ['a token without its id', { authorization: `Bearer ${tokenOf({ ...claims, jti: undefined })}` }],
    ['the token of another client', { authorization: `Bearer ${tokenOf({ ...claims, client_id: 'client-2' })}` }],
    ['a token of 100 KB', { authorization: `Bearer ${tokenOf({ ...claims, more: 'x'.repeat(100_000) })}` }],
    [
      'a token of 100 KB of groups',
      { authorization: `Bearer ${tokenOf({ ...claims, groups: Array(9_000).fill('desk-admins') })}` },
    ],
  ])('a request is not signed in with %s', (_, headers) => {
    expect(withHeaders(headers)).toBe('not-signed-in')
  })

  it('a request is not signed in with a token that no authorizer has verified', () => {
    expect(caller(eventOf(claims, { verified: null }))).toBe('not-signed-in')
    expect(caller(eventOf(claims, { verified: {} }))).toBe('not-signed-in')
  })

  it('a request is not signed in if the authorizer reports a token id that the token does not have', () => {
    expect(caller(eventOf(payload, { verified: { ...authorizerClaims(payload), jti: 'id-1' } }))).toBe('not-signed-in')
  })

  it.each<[string, unknown]>([
    ['no sub', undefined],
    ['an empty sub', ''],
    ['a sub that is a number', 7],
    ['a sub with a line feed', 'a\nb'],
    ['a sub with a direction mark', 'a\u202eb'],
    ['a sub of more than 255 characters', 'a'.repeat(256)],
  ])('a request is not signed in with %s', (_, sub) => {
    expect(caller(eventOf({ ...claims, sub }))).toBe('not-signed-in')
  })

  it('a request is signed in even if its payload is nested as deeply as a token allows', () => {
    const deep = `${JSON.stringify(claims).slice(0, -1)},"deep":${'['.repeat(4000)}${']'.repeat(4000)}}`
    const headers = { authorization: `Bearer e30.${Buffer.from(deep).toString('base64url')}.x` }
    expect(withHeaders(headers)).toMatchObject({ sub: 'sub-1' })
  })
})

describe('the name of a caller', () => {
  const nameBy = (claims: Claims) => {
    const answer = caller(eventOf({ ...payload, groups: ['desk-readers'], ...claims }))
    return typeof answer === 'string' ? answer : answer.name
  }
  const others = { username: 'jane-1', 'cognito:username': 'jane-2', preferred_username: 'jane-3' }

  it.each([true, 'true'])('the name of a caller is the e-mail address if email_verified is %j', (email_verified) => {
    expect(nameBy({ ...others, email: 'jane@example.org', email_verified })).toBe('jane@example.org')
  })

  it.each([undefined, null, false, 'false', 'TRUE', 'yes', '', 1, [true], { value: true }])(
    'the name of a caller is not the e-mail address if email_verified is %j',
    (email_verified) => {
      expect(nameBy({ ...others, email: 'boss@example.org', email_verified })).toBe('jane-1')
    },
  )

  it('the name of a caller is the next name in the token, and finally the sub', () => {
    expect(nameBy({ ...others, username: '' })).toBe('jane-2')
    expect(nameBy({ preferred_username: 'jane-3' })).toBe('jane-3')
    expect(nameBy({ username: ['jane'], preferred_username: 7 })).toBe('sub-1')
  })

  it('the name of a caller is on one line, without direction marks, and at most 256 characters long', () => {
    expect(nameBy({ username: 'jane\n\u202edoe' })).toBe('jane doe')
    expect(nameBy({ username: '\u202e', preferred_username: 'jane-3' })).toBe('jane-3')
    expect(nameBy({ username: 'j'.repeat(300) })).toBe('j'.repeat(256))
  })
})
