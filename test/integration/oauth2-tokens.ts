import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { type Dovecot, startDovecot } from '../mail-server/dovecot/dovecot.ts'
import { type OAuth2Server, startOAuth2Server } from '../oauth2-server/server.ts'
import { assembly, assemblyLimitMs } from '../support/assembly.ts'
import { OAuth2Stack, readable } from '../support/oauth2-stack.ts'
import { TopicQueue } from '../support/topic-queue.ts'

const names = ['repeat', 'rotate', 'omit', 'expired', 'refused', 'sales', 'support', 'lost', 'lost-pop3'] as const
const personOf = (name: (typeof names)[number]) => ({ email: `${name}@example.com`, password: `password of ${name}` })
const letter = Buffer.from('Subject: letter\r\n\r\nText\r\n')
const one = { state: 'done', counts: { found: 1, stored: 1, deleted: 1, left: 0 } }

let server: OAuth2Server
let dovecot: Dovecot
let world: OAuth2Stack
let notices: TopicQueue

const connected = async (
  name: (typeof names)[number],
  type: 'IMAPS' | 'POP3S' = 'IMAPS',
  fields: Record<string, unknown> = {},
) => {
  const { accountId } = await world.createAccount(type, personOf(name).email, fields)
  const { page, run } = await world.connect(accountId, personOf(name))
  expect(readable(page)).toContain('is connected')
  expect(run.state).toBe('done')
  return accountId
}
const deliver = (name: (typeof names)[number]) => dovecot.deliver(personOf(name).email, [letter])
const requestsOf = (name: (typeof names)[number]) =>
  server.tokenRequests.filter(({ user }) => user === personOf(name).email)
const examinationSchema = z.object({ passed: z.boolean(), conclusion: z.object({ code: z.string() }) })
/** @returns the code of the doctor's conclusion */
const examined = async (accountId: string): Promise<string> => {
  const { body } = await world.api.good('POST', `/accounts/${accountId}/oauth2/doctor`)
  return examinationSchema.parse(body).conclusion.code
}
const oauth2Of = async (accountId: string) => (await world.api.account(accountId)).oauth2

const noticeSchema = z.object({ Subject: z.string(), Message: z.string() })
/** Only these refusals are counted, because other accounts continue meanwhile. */
const refusals = () => server.tokenRequests.filter(({ error }) => error === 'invalid_grant').length
const taken = async () => (await notices.takeAll()).map((body) => noticeSchema.parse(JSON.parse(body)))

type Habit = 'repeat' | 'rotate' | 'omit'
type Revoked = readonly ['IMAPS', 'lost'] | readonly ['POP3S', 'lost-pop3']

/**
 * @param habits the provider's handling of refresh tokens
 * @param revoked the protocols over which a consent is revoked
 */
export const describeTokens = (habits: readonly Habit[], revoked: readonly Revoked[]): void => {
  beforeAll(async () => {
    await assembly()
    server = await startOAuth2Server({ users: names.map(personOf) })
    const users = names.map((name) => ({ name: personOf(name).email, password: 'not used' }))
    dovecot = await startDovecot({ users, oauth2: server })
    world = await OAuth2Stack.start({ server, mail: dovecot })
    notices = await TopicQueue.subscribe(world.stack, 'NoticesTopic')
  }, assemblyLimitMs)
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]()
    await dovecot?.stop()
    await server?.stop()
  })

  describe('the tokens of an account', () => {
    it.each(habits)(
      'tokens are refreshed once each time the mail server rejects them, if the provider’s habit is to %s',
      async (habit) => {
        server.policy.onRefresh = habit
        const accountId = await connected(habit)
        for (const refreshes of [1, 2]) {
          server.endAccessTokens(personOf(habit).email)
          await deliver(habit)
          expect(await world.fetch(accountId)).toMatchObject(one)
          const [consent, ...refreshed] = requestsOf(habit)
          expect(consent).toMatchObject({ grantType: 'authorization_code' })
          expect(refreshed.map(({ grantType, error }) => error ?? grantType)).toEqual(
            Array.from({ length: refreshes }, () => 'refresh_token'),
          )
        }
        server.policy.onRefresh = 'repeat'
      },
    )

    it('tokens are refreshed before use once they have expired', async () => {
      // Long enough for the login that proves the consent, even on a busy machine.
      const lifetime = 8
      server.policy.accessTokenSeconds = lifetime
      const accountId = await connected('expired')
      server.policy.accessTokenSeconds = 3600
      const [{ at } = { at: 0 }] = requestsOf('expired')
      await deliver('expired')
      await new Promise((resolve) => setTimeout(resolve, at + (lifetime + 1) * 1000 - Date.now()))
      const run = await world.fetch(accountId)
      expect(run).toMatchObject(one)
      // The old token was not tried.
      expect(run.connection).toMatchObject({ logins: 1 })
      expect(requestsOf('expired').at(-1)).toMatchObject({ grantType: 'refresh_token' })
    })

    it('new tokens that the mail server refuses are not refreshed endlessly', async () => {
      const accountId = await connected('refused')
      await world.api.good('PATCH', `/accounts/${accountId}`, {
        body: { mailbox: personOf('sales').email },
        ifMatch: '*',
      })
      // Saving the change has the account fetched.
      await world.stack.settled()
      const [refused] = await world.api.runsOf(accountId)
      expect(refused).toMatchObject({ state: 'failed', error: { code: 'token-refused' } })
      expect(requestsOf('refused').map(({ grantType }) => grantType)).toEqual(['authorization_code', 'refresh_token'])
      expect(await examined(accountId)).toBe('mailbox-not-permitted')
      await world.api.good('PATCH', `/accounts/${accountId}`, { body: { mailbox: null }, ifMatch: '*' })
      await world.stack.settled()
      await deliver('refused')
      expect(await world.fetch(accountId)).toMatchObject(one)
    })

    it('the tokens of all accounts of a profile are renewed after its client secret is replaced', async () => {
      const { clientId, clientSecret } = server.clients.basic
      const profileId = await world.createProfile({ name: 'To be replaced', clientId, clientSecret })
      // This client of the server authenticates in a header.
      await world.api.good('PATCH', `/oauth2/providers/${world.providerId}`, {
        body: { clientAuthentication: 'header' },
        ifMatch: '*',
      })
      const accounts = [
        { accountId: await connected('sales', 'IMAPS', { profileId }), name: 'sales' },
        { accountId: await connected('support', 'POP3S', { profileId }), name: 'support' },
      ] as const
      const setSecret = async (secret: string) =>
        await world.api.good('PATCH', `/oauth2/profiles/${profileId}`, { body: { clientSecret: secret }, ifMatch: '*' })

      await setSecret('wrong-client-secret')
      for (const { accountId, name } of accounts) {
        server.endAccessTokens(personOf(name).email)
        await deliver(name)
        expect(await world.fetch(accountId)).toMatchObject({
          state: 'failed',
          error: { code: 'client-secret-rejected' },
        })
        expect((await oauth2Of(accountId))?.state).toBe('connected')
        expect(await examined(accountId)).toBe('client-secret-rejected')
      }
      await setSecret(clientSecret)
      for (const { accountId } of accounts) expect(await world.fetch(accountId)).toMatchObject(one)
      await world.api.good('PATCH', `/oauth2/providers/${world.providerId}`, {
        body: { clientAuthentication: 'body' },
        ifMatch: '*',
      })
    })
  })

  describe('a consent revoked at the provider', () => {
    beforeAll(async () => {
      // The fetch after a consent counts for its slot, so the ticks must be ahead of the clock.
      await world.stack.tick()
      await world.stack.tick()
    })

    it.each(revoked)(
      'a revoked consent stops the account’s polling over %s, is announced once, and a new consent resumes it',
      async (type, name) => {
        const accountId = await connected(name, type)
        const runs = async () => (await world.api.runsOf(accountId)).length
        expect(await taken()).toEqual([])
        server.revokeGrants(personOf(name).email)
        await deliver(name)

        await world.stack.tick()
        const [run] = await world.api.runsOf(accountId)
        expect(run).toMatchObject({ trigger: 'schedule', state: 'failed', error: { code: 'grant-revoked' } })
        expect(await world.api.account(accountId)).toMatchObject({
          oauth2: { state: 're-authorization-needed', code: 'grant-revoked' },
          health: { state: 'failing', remedy: expect.stringContaining(`postmaster oauth2 connect ${accountId}`) },
        })
        const before = { runs: await runs(), refusals: refusals() }
        await world.stack.tick()
        await world.stack.tick()
        expect({ runs: await runs(), refusals: refusals() }).toEqual(before)
        expect(await examined(accountId)).toBe('grant-revoked')
        // A person who fetches now sees the reason, and no second notice is sent.
        expect(await world.fetch(accountId)).toMatchObject({ state: 'failed', error: { code: 'grant-revoked' } })
        const [notice, ...more] = await taken()
        expect(more).toEqual([])
        expect(notice?.Subject).toBe(`Postmaster: ${personOf(name).email} needs a new consent`)
        expect(notice?.Message).toContain(`postmaster oauth2 connect ${accountId}`)
        expect(await dovecot.count(personOf(name).email)).toBe(1)

        const again = await world.connect(accountId, personOf(name))
        expect(again.run).toMatchObject(one)
        expect(await examined(accountId)).toBe('connected')
        expect(await oauth2Of(accountId)).toMatchObject({ state: 'connected' })
        await deliver(name)
        await world.stack.tick()
        expect((await world.api.runsOf(accountId))[0]).toMatchObject({ trigger: 'schedule', ...one })

        server.revokeGrants(personOf(name).email)
        await world.stack.tick()
        expect(await taken()).toHaveLength(1)
      },
    )
  })
}
