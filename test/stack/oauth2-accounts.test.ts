import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { connectionTestSchema } from '../../lib/mailbox/probe/connection-test.ts'
import type { Fault } from '../mail-server/faults.ts'
import { type MailServer, startMailServer } from '../mail-server/server.ts'
import { takesTokensOf } from '../mail-server/token-faults.ts'
import { type OAuth2Server, startOAuth2Server } from '../oauth2-server/server.ts'
import { assembly, assemblyLimitMs } from '../support/assembly.ts'
import { OAuth2Stack } from '../support/oauth2-stack.ts'
import { accountOn } from '../support/stack.ts'

/** Accepts the application's tokens, like an Exchange server on which the application has access to every mailbox. */
const takesApplicationsTokens: Fault = {
  onToken: (_session, { token }) =>
    server.tokensIssued.some(
      ({ accessToken, grantType }) => accessToken === token && grantType === 'client_credentials',
    )
      ? 'accept'
      : undefined,
}

const desk = { email: 'desk@example.com', password: 'desk’s own password' }
const password = 'password-of-the-mailbox'

let server: OAuth2Server
let mail: MailServer
let world: OAuth2Stack
beforeAll(async () => {
  await assembly()
  server = await startOAuth2Server({ users: [desk] })
  mail = await startMailServer({
    users: ['desk@example.com', 'moving@example.com', 'app@example.com'].map((name) => ({ name, password })),
    quirks: { tokenMechanisms: ['XOAUTH2'] },
    faults: [takesTokensOf(server), takesApplicationsTokens],
  })
  world = await OAuth2Stack.start({ server, mail })
}, assemblyLimitMs)
afterAll(async () => {
  await world?.[Symbol.asyncDispose]()
  await mail?.stop()
  await server?.stop()
})

const test = async (path: string, body?: Record<string, unknown>) => {
  const answer = await world.api.good('POST', path, body && { body })
  const { passed, steps } = connectionTestSchema.loose().parse(answer.body)
  return { passed, login: steps.find(({ step }) => step === 'login'), steps: steps.map(({ state }) => state) }
}
const savedSchema = z.object({ accountId: z.string() })
const patch = async (accountId: string, body: Record<string, unknown>) =>
  await world.api.good('PATCH', `/accounts/${accountId}`, { body, ifMatch: '*' })

describe('accounts with OAuth2 with the deployed bundles and policies', () => {
  it('an OAuth2 account is tested up to the consent before it is given, and with its token afterwards', async () => {
    const body = { ...accountOn(mail, 'IMAPS', desk.email), authentication: 'oauth2', profileId: world.profileId }
    expect(await test('/connection-test', body)).toMatchObject({
      passed: false,
      login: { state: 'skipped', code: 'consent-missing' },
      steps: ['passed', 'passed', 'passed', 'passed', 'skipped', 'skipped', 'skipped', 'skipped'],
    })
    const { accountId, health, oauth2 } = await world.createAccount('IMAPS', desk.email)
    expect({ oauth2, health }).toMatchObject({
      oauth2: { state: 'consent-missing', profileName: 'Desk' },
      health: { state: 'waiting', code: 'consent-missing' },
    })
    expect(await test(`/accounts/${accountId}/test`)).toMatchObject({
      passed: false,
      login: { state: 'failed', code: 'consent-missing' },
    })

    await world.connect(accountId, desk)
    expect(await test(`/accounts/${accountId}/test`)).toMatchObject({ passed: true })
    expect(await test(`/accounts/${accountId}/test`, body)).toMatchObject({ passed: true })
    expect(await test(`/accounts/${accountId}/test`, { ...body, host: '127.0.0.1' })).toMatchObject({
      passed: false,
      login: { state: 'skipped', code: 'consent-outdated' },
    })
    expect(await world.api.account(accountId)).toMatchObject({
      oauth2: { state: 'connected', consentedBy: desk.email },
      health: { state: 'ok' },
    })
    await world.api.good('DELETE', `/accounts/${accountId}`, { ifMatch: '*' })
  })

  it('deleting OAuth2 accounts revokes them at the provider and removes their grants', async () => {
    const { accountId } = await world.createAccount('IMAPS', desk.email)
    await world.connect(accountId, desk)
    await world.api.good('DELETE', `/accounts/${accountId}`, { ifMatch: '*' })
    const endGrants = () => world.stack.local.fireRule('EndGrants')
    const logged = () => readFileSync(world.stack.local.logFile('EndGrants'), 'utf8')
    expect(await endGrants()).toMatchObject([{ status: 'ok' }])
    expect(logged()).toMatch(new RegExp(`account#${accountId}.*revoked`))
    // The server no longer has a grant for this person.
    expect(server.revokeGrants(desk.email)).toBe(0)
    const before = logged().length
    expect(await endGrants()).toMatchObject([{ status: 'ok' }])
    expect(logged().slice(before)).not.toContain(accountId)
  })

  it('an account changes between password and OAuth2 and collects its mail with both', async () => {
    const { clientId, clientSecret } = server.clients.application
    const grant = 'client_credentials'
    const profileId = await world.createProfile({ name: 'The application', clientId, clientSecret, grant })
    const settings = { ...accountOn(mail, 'POP3S', 'moving@example.com'), authentication: 'password', password }
    const { accountId } = await world.api.createAccount(settings)
    const waits = async () => {
      mail.user('moving@example.com').inbox.append('Subject: mail\r\n\r\nText\r\n')
      return await world.fetch(accountId)
    }
    const collected = { state: 'done', counts: { stored: 1, deleted: 1 } }
    expect(await waits()).toMatchObject(collected)

    await patch(accountId, { authentication: 'oauth2', profileId })
    await world.stack.settled()
    expect((await world.api.account(accountId)).oauth2).toMatchObject({ state: 'connected', grant })
    expect(await waits()).toMatchObject(collected)
    expect(await test(`/accounts/${accountId}/test`)).toMatchObject({ passed: true })

    await patch(accountId, { authentication: 'password', password })
    await world.stack.settled()
    expect(await waits()).toMatchObject(collected)
    expect((await world.api.account(accountId)).health).toMatchObject({ state: 'ok' })
  })

  it('an account whose application has access is tested up to the login before it is saved, and with a login afterwards', async () => {
    const { clientId, clientSecret } = server.clients.application
    const grant = 'client_credentials'
    const profileId = await world.createProfile({ name: 'Application', clientId, clientSecret, grant })
    const body = { ...accountOn(mail, 'IMAPTLS', 'app@example.com'), authentication: 'oauth2', profileId }
    expect(await test('/connection-test', body)).toMatchObject({
      passed: false,
      login: { state: 'skipped', code: 'not-saved' },
    })
    const { body: saved } = await world.api.good('POST', '/accounts', { body })
    const { accountId } = savedSchema.parse(saved)
    expect(await test(`/accounts/${accountId}/test`)).toMatchObject({ passed: true })
  })
})
