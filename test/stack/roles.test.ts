import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assembly, assemblyLimitMs } from '../support/assembly.ts'
import { startStack, type TestStack } from '../support/stack.ts'

let stack: TestStack
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())

beforeAll(async () => {
  await assembly()
  stack = await startStack()
}, assemblyLimitMs)
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]()
})

const reads = [
  '/accounts',
  '/queues',
  '/system-addresses',
  '/default-queue',
  '/messages',
  '/oauth2/providers',
  '/oauth2/profiles',
] as const
const writes = [
  ['POST', '/accounts'],
  ['PUT', '/accounts/01ARZ3NDEKTSV4RRFFQ69G5FAV'],
  ['PATCH', '/accounts/01ARZ3NDEKTSV4RRFFQ69G5FAV'],
  ['DELETE', '/accounts/01ARZ3NDEKTSV4RRFFQ69G5FAV'],
  ['POST', '/accounts/01ARZ3NDEKTSV4RRFFQ69G5FAV/fetch'],
  ['POST', '/fetch'],
  ['POST', '/queues'],
  ['POST', '/system-addresses'],
  ['PUT', '/default-queue'],
  ['POST', '/oauth2/providers'],
  ['DELETE', '/oauth2/providers/google'],
  ['POST', '/oauth2/profiles'],
  ['PATCH', '/oauth2/profiles/01ARZ3NDEKTSV4RRFFQ69G5FAV'],
] as const

describe('roles with the tokens that npm start writes', () => {
  it('the tokens are in files that only their owner can read, and have the groups from the template', () => {
    for (const [name, token] of [
      ['token', stack.local.token],
      ['reader-token', stack.local.readerToken],
    ] as const) {
      const file = join(stack.local.dataFolder, name)
      expect(readFileSync(file, 'utf8').trim()).toBe(token)
      expect(statSync(file).mode & 0o777).toBe(0o600)
    }
    expect(claimsOf(stack.local.token ?? '')['cognito:groups']).toContain('postmaster-admins')
    expect(claimsOf(stack.local.readerToken ?? '')['cognito:groups']).toEqual(['postmaster-readers'])
  })

  it.each(reads)('readers and admins may GET %s', async (path) => {
    expect((await stack.api.send('GET', path)).status).toBe(200)
    expect((await stack.api.send('GET', path, { token: stack.local.readerToken ?? '' })).status).toBe(200)
  })

  it.each(writes)('a reader may not %s %s', async (method, path) => {
    const options = { body: {}, ifMatch: '*', token: stack.local.readerToken ?? '' }
    const problem = await stack.api.problem(method, path, options)
    expect(problem).toMatchObject({ status: 403, code: 'role-missing' })
    expect(`${problem.detail} ${problem.remedy}`).toContain('postmaster-admins')
  })

  it('an admin may write, and a signed-in person in neither group may not even read', async () => {
    expect((await stack.api.send('POST', '/queues', { body: { name: 'Made by an admin' } })).status).toBe(201)
    const token = await stack.signToken({ sub: 'nobody', 'cognito:groups': ['somebody-else'] })
    expect(await stack.api.problem('GET', '/accounts', { token })).toMatchObject({ status: 403, code: 'role-missing' })
  })

  it('a request without a token, or with a forged or expired token or one for another issuer or audience, returns 401', async () => {
    const { privateKey } = await generateKeyPair('RS256', { extractable: true })
    expect(await exportJWK(privateKey)).toHaveProperty('kty', 'RSA')
    const claims = claimsOf(stack.local.token ?? '')
    const forged = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(privateKey)
    const now = Math.floor(Date.now() / 1000)
    const wrong = [
      null,
      'not-a-token',
      forged,
      await stack.signToken({ ...claims, iss: 'https://issuer.example.com' }),
      await stack.signToken({ ...claims, exp: now - 600, iat: now - 1200 }),
      await stack.signToken({ ...claims, client_id: 'another-client' }),
    ]
    for (const token of wrong) {
      expect((await stack.api.send('GET', '/accounts', { token })).status).toBe(401)
      expect((await stack.api.send('POST', '/queues', { token, body: { name: 'x' } })).status).toBe(401)
    }
  })

  it('other group names require only parameters', async () => {
    const parameters = { AdminGroup: 'it-admins', ReaderGroup: 'it-staff', GroupClaim: 'roles' }
    await using other = await startStack({ parameters })
    const reader = await other.signToken({ sub: 'a', roles: ['it-staff'] })
    const admin = await other.signToken({ sub: 'b', roles: ['it-admins'] })
    expect((await other.api.send('GET', '/queues', { token: reader })).status).toBe(200)
    expect((await other.api.send('POST', '/queues', { token: reader, body: { name: 'q' } })).status).toBe(403)
    expect((await other.api.send('POST', '/queues', { token: admin, body: { name: 'q' } })).status).toBe(201)
  })
})
