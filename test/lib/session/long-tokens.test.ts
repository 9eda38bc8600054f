import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { SessionCookies } from '../../../functions/session/cookies.ts'
import { hashOf, newSecret } from '../../../lib/secrets/random-secret.ts'
import { CookieCipher } from '../../../lib/session/cookie-cipher.ts'
import { pendingSignInSchema, sessionSchema } from '../../../lib/session/cookie-contents.ts'
import { renewAccess } from '../../../lib/session/session.ts'
import { completeSignIn } from '../../../lib/session/sign-in.ts'
import { MemoryDataKeys } from '../../support/data-keys.ts'

/** Base64url characters, as in Cognito's encrypted refresh tokens. */
const tokenOfLength = (length: number) => randomBytes(length).toString('base64url').slice(0, length)

const keys = new MemoryDataKeys()
const sessions = new CookieCipher(keys, 'session', sessionSchema)
const pendingSignIns = new CookieCipher(keys, 'sign-in', pendingSignInSchema)
const cookies = new SessionCookies('https://postmaster.example.com')
const now = () => new Date('2026-03-02T08:00:00Z')
const endsAt = now().getTime() / 1000 + 600
const pageSecret = newSecret()

const linesFor = async (length: number) =>
  cookies.begin(await sessions.seal({ refreshToken: tokenOfLength(length), pageHash: hashOf(pageSecret), endsAt }), 600)
/** RFC 6265bis section 5.6 limits the name and the value together. */
const sizeOf = (line: string) => (line.split(';')[0] ?? '').length - 1

describe('long refresh tokens', () => {
  it('a refresh token as long as Cognito’s fits into one cookie, and a longer one into two', async () => {
    for (const [length, count] of [
      [1_800, 1],
      [2_500, 1],
      [3_500, 2],
    ] as const) {
      const lines = await linesFor(length)
      expect(lines.filter((line) => !line.includes('Max-Age=0'))).toHaveLength(count)
      for (const line of lines) expect(sizeOf(line)).toBeLessThanOrEqual(4_096)
    }
  })

  it('a session in two cookies is read again, in any order, and not without its second part', async () => {
    const lines = (await linesFor(3_500)).map((line) => line.split(';')[0] ?? '')
    expect(await sessions.open(cookies.session(lines.toReversed()) ?? '')).toBeDefined()
    expect(await sessions.open(cookies.session(lines.slice(0, 1)) ?? '')).toBeUndefined()
    expect(cookies.session(lines.slice(1))).toBeUndefined()
  })

  it('a refresh token that does not fit is refused at the sign-in and at a refresh', async () => {
    const refreshToken = tokenOfLength(4_500)
    const issued = { apiToken: 'a.b.c', expiresAt: endsAt, refreshToken }
    const state = newSecret()
    const sealed = await pendingSignIns.seal({
      state,
      nonce: 'n',
      codeVerifier: 'v',
      returnTo: '/admin',
      pageHash: hashOf(pageSecret),
      endsAt,
    })
    const issuer = { redeem: async () => issued, signInAddress: () => Promise.reject(new Error('not used')) }
    await expect(
      completeSignIn({ issuer, pendingSignIns, sessions, now }, { state, code: 'c' }, sealed),
    ).rejects.toMatchObject({ failure: 'misconfigured', code: 'refresh-token-too-long' })
    const session = await sessions.seal({ refreshToken: 'short', pageHash: hashOf(pageSecret), endsAt })
    const services = {
      issuer: { refresh: async () => issued, revoke: async () => undefined, signOutAddress: async () => undefined },
      sessions,
      now,
      onNotRevoked: () => undefined,
    }
    await expect(renewAccess(services, { sealed: session, pageSecret })).rejects.toMatchObject({
      code: 'issuer-misconfigured',
      message: expect.stringContaining('refresh-token-too-long'),
    })
  })
})
