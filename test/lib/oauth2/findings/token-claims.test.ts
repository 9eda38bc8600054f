import { describe, expect, it } from 'vitest'
import { claimsOf, personOf } from '../../../../lib/oauth2/findings/token-claims.ts'
import { applicationClaims, contoso, delegatedClaims, enterpriseObject, jwtOf } from './sample-tokens.ts'

describe('claimsOf', () => {
  it('claimsOf reads a person’s token', () => {
    expect(claimsOf(jwtOf(delegatedClaims))).toEqual({
      audience: ['https://outlook.office.com'],
      scopes: ['IMAP.AccessAsUser.All', 'POP.AccessAsUser.All'],
      roles: [],
      person: 'desk@contoso.com',
      tenant: contoso,
      application: '2d4d11a2-f814-46a7-890a-274a72a7309e',
      objectId: '0e0e0e0e-0000-4000-8000-000000000001',
      issuer: `https://sts.windows.net/${contoso}/`,
      expiresAt: '2026-03-02T08:50:04.000Z',
    })
  })

  it('claimsOf reads an app-only token, which has no person', () => {
    const claims = claimsOf(jwtOf(applicationClaims))
    expect(claims).toMatchObject({
      roles: ['IMAP.AccessAsApp', 'POP.AccessAsApp'],
      objectId: enterpriseObject,
      scopes: [],
    })
    expect(claims?.person).toBeUndefined()
  })

  it('claimsOf reads RFC 9068 tokens, with scopes as one text and several audiences', () => {
    expect(
      claimsOf(jwtOf({ aud: ['https://mail.example', 'other'], scope: 'mail.imap openid', azp: 'client' })),
    ).toMatchObject({
      audience: ['https://mail.example', 'other'],
      scopes: ['mail.imap', 'openid'],
      application: 'client',
    })
  })

  it.each([
    ['an opaque token', 'EwBAAl3BAAUFFpUAo7J3Ve0bjLBWZWCclRC3EoAA'],
    ['nothing', ''],
    ['two parts', 'a.b'],
    ['an encrypted token', 'a.b.c.d.e'],
    ['Google’s token with a dot', 'ya29.a0AfH6SMBx'],
    ['invalid base64', 'a.%%%.c'],
    ['invalid JSON', `a.${Buffer.from('{"aud":').toString('base64url')}.c`],
    ['JSON that is not an object', `a.${Buffer.from('["aud"]').toString('base64url')}.c`],
    ['null', `a.${Buffer.from('null').toString('base64url')}.c`],
    ['a token with a payload of 20 KB', jwtOf({ aud: 'x'.repeat(20_000) })],
  ])('claimsOf returns undefined for %s', (_, token) => {
    expect(claimsOf(token)).toBeUndefined()
  })

  it('claimsOf limits texts to one line and lists to a bounded length', () => {
    const claims = claimsOf(
      jwtOf({
        aud: [`line\r\nbreak\u0000\u202e${'x'.repeat(500)}`],
        scp: Array.from({ length: 200 }, (_, at) => `scope-${at}`),
        roles: { not: 'a list' },
        upn: 7,
        tid: null,
        exp: 'soon',
        iss: ['a'],
        oid: { nested: true },
      }),
    )
    expect(claims?.audience[0]).toMatch(/^line break x+$/)
    expect(claims?.audience[0]).toHaveLength(200)
    expect(claims?.scopes).toHaveLength(50)
    expect(claims).toMatchObject({ roles: [] })
    for (const name of ['person', 'tenant', 'expiresAt', 'issuer', 'objectId'] as const)
      expect(claims?.[name]).toBeUndefined()
  })

  it.each([-1, 1e300, Number.MAX_SAFE_INTEGER])('claimsOf ignores the expiry %d', (exp) => {
    expect(claimsOf(jwtOf({ exp }))?.expiresAt).toBeUndefined()
  })
})

describe('personOf', () => {
  const idToken = jwtOf({ preferred_username: 'Jane@Example.com', email: 'alias@example.com' })

  it('personOf prefers the id token over the access token, and returns undefined if neither names a person', () => {
    const accessToken = jwtOf(delegatedClaims)
    expect(personOf({ idToken, accessToken })).toBe('Jane@Example.com')
    expect(personOf({ accessToken })).toBe('desk@contoso.com')
    expect(personOf({ idToken: jwtOf({ sub: 'x' }), accessToken })).toBe('desk@contoso.com')
    expect(personOf({ accessToken: 'opaque' })).toBeUndefined()
    expect(personOf({ idToken: 'opaque', accessToken: jwtOf({ sub: 'x' }) })).toBeUndefined()
  })

  it.each([
    [{ preferred_username: 'jdoe', email: 'jane@example.com' }, 'jane@example.com'],
    [{ unique_name: 'live.com#jane@outlook.com' }, 'jane@outlook.com'],
    [{ email: 'jane@gmail.com' }, 'jane@gmail.com'],
    [{ preferred_username: 'jdoe' }, 'jdoe'],
    [{ upn: '', email: 'jane@example.com' }, 'jane@example.com'],
  ])('personOf prefers an address: %j', (claims, person) => {
    expect(personOf({ idToken: jwtOf(claims), accessToken: 'opaque' })).toBe(person)
  })
})
