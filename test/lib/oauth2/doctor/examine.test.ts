import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { examine } from '../../../../lib/oauth2/doctor/examine.ts'
import { ProblemError } from '../../../../lib/reasons/problem.ts'
import { endAtGreeting } from '../../../mail-server/faults.ts'
import { authenticatedButNotConnected, refuseTokenAtOnce } from '../../../mail-server/token-faults.ts'
import { html, refusal, silent } from '../../../oauth2-server/scripted-answers.ts'
import { startTables, type TestTables } from '../../../support/dynamo.ts'
import { applicationClaims, contoso, delegatedClaims, enterpriseObject, jwtOf } from '../findings/sample-tokens.ts'
import { clientSecret, doctorWorld, statesOf, stepOf, stored } from './doctor-world.ts'

let tables: TestTables
beforeAll(async () => {
  tables = await startTables()
})
afterAll(() => tables.stop())

const microsoft = {
  provider: { kind: 'microsoft' as const },
  profile: { tenant: contoso, clientId: delegatedClaims.appid },
}
const delegated = jwtOf(delegatedClaims)
const application = {
  ...microsoft,
  profile: { ...microsoft.profile, grant: 'client_credentials' as const },
  accessToken: jwtOf(applicationClaims),
}

const allPassed = ['settings passed', 'endpoints passed', 'tokens passed', 'claims passed', 'mail-server passed']

describe('examine: an account that works', () => {
  it('examine passes every step with a new token', async () => {
    const world = await doctorWorld(tables, { ...microsoft, accessToken: delegated })
    world.mail.user('desk@contoso.com').inbox.append('Subject: waiting\r\n\r\n')
    const examination = await world.examine()
    expect(statesOf(examination), JSON.stringify(examination)).toEqual(allPassed)
    expect(examination).toMatchObject({ passed: true, conclusion: { code: 'connected' } })
    expect(examination).not.toHaveProperty('exchangeCommands')
    expect(stepOf(examination, 'settings').facts).toMatchObject({ tenant: contoso, username: 'desk@contoso.com' })
    expect(stepOf(examination, 'endpoints').facts).toMatchObject({
      tokenEndpoint: world.idp.tokenEndpoint,
      tokenEndpointAnswer: expect.stringMatching(/^HTTP 200 from 127\.0\.0\.1, unencrypted$/),
      authorizationEndpointAnswer: expect.stringContaining('HTTP 200'),
    })
    expect(stepOf(examination, 'claims')).toMatchObject({
      detail:
        'The token was issued to desk@contoso.com for https://outlook.office.com and is valid until 2026-03-02T08:50:04.000Z.',
      facts: { person: 'desk@contoso.com', scopes: ['IMAP.AccessAsUser.All', 'POP.AccessAsUser.All'], tenant: contoso },
    })
    expect(stepOf(examination, 'mail-server').facts).toMatchObject({ host: 'outlook.office365.com', messages: 1 })
    expect(world.idp.requests.map(({ parameters }) => parameters.grant_type)).toEqual([
      undefined,
      undefined,
      'refresh_token',
    ])
    expect(world.idp.requests[2]?.parameters.refresh_token).toBe(stored.refreshToken)
  })

  it('examine stores the tokens that it got', async () => {
    const world = await doctorWorld(tables)
    await world.examine()
    expect(await world.sealed()).toMatchObject({ refreshToken: 'refresh-3' })
    // The next examination uses these tokens, so no refresh token is used twice.
    world.state.now += 60_000
    await world.examine()
    expect(world.idp.requests.at(-1)?.parameters.refresh_token).toBe('refresh-3')
  })

  it('examine refreshes a token only once, even if the stored one has expired', async () => {
    const world = await doctorWorld(tables)
    world.state.now += 2 * 3_600_000
    expect((await world.examine()).passed).toBe(true)
    expect(world.idp.requests.filter(({ method }) => method === 'POST')).toHaveLength(1)
  })

  it('examine reports tokens that cannot be read, and who consented', async () => {
    const examination = await (await doctorWorld(tables)).examine()
    expect(stepOf(examination, 'claims')).toMatchObject({
      state: 'skipped',
      facts: { consentedBy: 'jane@example.com' },
    })
    expect(examination.passed).toBe(true)
  })

  it('examine trusts the mail server if it accepts a token with odd claims', async () => {
    const odd = jwtOf({ ...delegatedClaims, aud: 'https://graph.microsoft.com', upn: 'alias@contoso.com' })
    const examination = await (await doctorWorld(tables, { ...microsoft, accessToken: odd })).examine()
    expect(examination.passed).toBe(true)
    expect(stepOf(examination, 'claims').state).toBe('passed')
  })

  it.each(['IMAPS', 'IMAPTLS', 'POP3S', 'POP3TLS'] as const)('examine passes over %s', async (type) => {
    const world = await doctorWorld(tables, { account: { type } })
    expect(statesOf(await world.examine()).at(-1)).toBe('mail-server passed')
  })
})

describe('examine: app-only access', () => {
  it('examine returns the Exchange commands with the application’s own ids', async () => {
    const examination = await (await doctorWorld(tables, application)).examine()
    expect(statesOf(examination)).toEqual(allPassed)
    expect(stepOf(examination, 'claims').detail).toContain('the application itself')
    expect(examination.exchangeCommands?.slice(-2)).toEqual([
      `New-ServicePrincipal -AppId '${delegatedClaims.appid}' -ObjectId '${enterpriseObject}' -DisplayName 'Postmaster'`,
      `Add-MailboxPermission -Identity 'desk@contoso.com' -User '${enterpriseObject}' -AccessRights FullAccess`,
    ])
  })

  it('examine reports an application that is not registered with Exchange', async () => {
    const world = await doctorWorld(tables, { ...application, faults: [refuseTokenAtOnce()] })
    const examination = await world.examine()
    expect(examination.conclusion.code).toBe('application-unknown')
    expect(examination.conclusion.remedy).toContain(enterpriseObject)
    expect(statesOf(examination).slice(-2)).toEqual(['claims passed', 'mail-server failed'])
  })

  it('examine reports an application without access to the mailbox', async () => {
    const world = await doctorWorld(tables, { ...application, faults: [authenticatedButNotConnected()] })
    expect((await world.examine()).conclusion.code).toBe('application-not-permitted')
  })

  it('examine returns the Exchange commands even if no token was issued', async () => {
    const world = await doctorWorld(tables, application)
    world.idp.otherwise = refusal('invalid_client', 'AADSTS7000222: The client secret keys are expired.', 401)
    const examination = await world.examine()
    expect(examination.conclusion.code).toBe('client-secret-expired')
    expect(examination.exchangeCommands?.join('\n')).toContain('Get-MgServicePrincipal')
  })
})

describe('examine: missing settings', () => {
  it('examine throws if the account does not exist', async () => {
    const world = await doctorWorld(tables)
    const examined = examine('nobody', world.services, new AbortController().signal)
    await expect(examined).rejects.toThrow(ProblemError)
  })

  it('examine reports an account without OAuth2', async () => {
    const world = await doctorWorld(tables, {
      account: { credential: { method: 'password', secretVersion: 'v1' } },
      unconsented: true,
    })
    const examination = await world.examine()
    expect(examination).toMatchObject({ passed: false, conclusion: { code: 'not-oauth2' } })
    expect(statesOf(examination)).toEqual([
      'settings failed',
      'endpoints skipped',
      'tokens skipped',
      'claims skipped',
      'mail-server skipped',
    ])
    expect(world.idp.requests).toEqual([])
  })

  it('examine reports a missing profile', async () => {
    const world = await doctorWorld(tables)
    world.state.profile = undefined
    expect((await world.examine()).conclusion.code).toBe('profile-missing')
  })

  it('examine reports a missing provider', async () => {
    const world = await doctorWorld(tables)
    world.state.provider = undefined
    expect((await world.examine()).conclusion.code).toBe('provider-missing')
  })

  it('examine reports a missing tenant', async () => {
    const world = await doctorWorld(tables, { provider: { tokenEndpoint: 'https://login.example/{tenant}/token' } })
    expect((await world.examine()).conclusion.code).toBe('tenant-missing')
  })

  it('examine reports a missing client secret', async () => {
    const world = await doctorWorld(tables)
    world.state.clientSecret = undefined
    const examination = await world.examine()
    expect(examination.conclusion.code).toBe('client-secret-missing')
    expect(statesOf(examination)[2]).toBe('tokens failed')
  })
})

describe('examine: an account without a consent', () => {
  it('examine reports a missing consent once tenant, client id and secret are correct', async () => {
    const world = await doctorWorld(tables, { unconsented: true })
    world.idp.otherwise = refusal('invalid_grant', 'no such code')
    const examination = await world.examine()
    expect(examination.conclusion.code).toBe('consent-missing')
    expect(statesOf(examination)).toEqual([
      'settings passed',
      'endpoints passed',
      'tokens failed',
      'claims skipped',
      'mail-server skipped',
    ])
    expect(world.idp.requests.at(-1)?.parameters).toMatchObject({
      grant_type: 'authorization_code',
      client_secret: clientSecret,
    })
    expect(world.mail.transcript).toEqual([])
  })

  it('examine reports a wrong client secret before a missing consent', async () => {
    const world = await doctorWorld(tables, { unconsented: true })
    world.idp.otherwise = refusal('invalid_client', 'who are you', 401)
    expect((await world.examine()).conclusion.code).toBe('client-secret-rejected')
  })

  it('examine tests a Microsoft client with its own credentials', async () => {
    const world = await doctorWorld(tables, { ...microsoft, unconsented: true })
    world.idp.otherwise = refusal('invalid_request', 'AADSTS90002: Tenant not found.')
    expect((await world.examine()).conclusion.code).toBe('wrong-tenant')
    expect(world.idp.requests.at(-1)?.parameters.grant_type).toBe('client_credentials')
  })

  it('examine does not report a tenant as wrong that is valid for people only', async () => {
    const profile = { ...microsoft.profile, tenant: 'common' }
    const world = await doctorWorld(tables, { ...microsoft, profile, unconsented: true })
    world.idp.otherwise = refusal('invalid_request', 'AADSTS50059: No tenant-identifying information found.')
    expect((await world.examine()).conclusion.code).toBe('consent-missing')
    world.idp.otherwise = refusal('invalid_client', 'AADSTS7000215: Invalid client secret provided.', 401)
    expect((await world.examine()).conclusion.code).toBe('client-secret-rejected')
  })

  it('examine reports a missing consent if the provider’s response is not useful', async () => {
    const world = await doctorWorld(tables, { unconsented: true })
    world.idp.otherwise = html(404)
    expect((await world.examine()).conclusion.code).toBe('consent-missing')
  })
})

describe('examine: provider problems', () => {
  it('examine reports a provider that cannot be reached', async () => {
    const world = await doctorWorld(tables)
    await world.idp.stop()
    const examination = await world.examine()
    expect(examination.conclusion.code).toBe('provider-unreachable')
    expect(statesOf(examination)).toEqual([
      'settings passed',
      'endpoints failed',
      'tokens skipped',
      'claims skipped',
      'mail-server skipped',
    ])
  })

  it('examine reports a provider that does not respond', async () => {
    const world = await doctorWorld(tables)
    world.idp.otherwise = silent
    const examination = await world.examine()
    expect(examination.conclusion).toMatchObject({ code: 'provider-unreachable', detail: /in time/ })
    await expect.poll(() => world.idp.openConnections).toBe(0)
  })

  it('examine passes if only browsers can reach the authorization endpoint', async () => {
    const world = await doctorWorld(tables, { provider: { authorizationEndpoint: 'http://localhost:1/authorize' } })
    const examination = await world.examine()
    expect(examination.passed).toBe(true)
    expect(stepOf(examination, 'endpoints').facts?.authorizationEndpointAnswer).toMatch(/refused the connection/)
  })

  it('examine reports a rejected client secret and keeps the consent', async () => {
    const world = await doctorWorld(tables)
    world.idp.otherwise = refusal('invalid_client', 'AADSTS7000215: Invalid client secret provided.', 401)
    const examination = await world.examine()
    expect(examination.conclusion).toMatchObject({ code: 'client-secret-rejected', remedy: /“Value”/ })
    expect(stepOf(examination, 'tokens')).toMatchObject({ state: 'failed', code: 'client-secret-rejected' })
    expect(await world.sealed()).toMatchObject({ refreshToken: stored.refreshToken })
  })

  it('examine reports a revoked consent, and the account needs a new one', async () => {
    const world = await doctorWorld(tables)
    world.idp.otherwise = refusal('invalid_grant', 'AADSTS50173: The grant was revoked.')
    expect((await world.examine()).conclusion.code).toBe('grant-revoked')
    expect(await world.grant()).toMatchObject({ state: 're-authorization-needed' })
  })
})

describe('examine: mail server problems', () => {
  it('examine reports that the wrong person consented', async () => {
    const accessToken = jwtOf({ ...delegatedClaims, upn: 'admin@contoso.com' })
    const world = await doctorWorld(tables, { ...microsoft, accessToken, faults: [refuseTokenAtOnce()] })
    const examination = await world.examine()
    expect(examination.conclusion).toMatchObject({ code: 'wrong-person', detail: /admin@contoso\.com gave consent/ })
    expect(stepOf(examination, 'mail-server')).toMatchObject({ code: 'token-refused', facts: { failedAt: 'login' } })
  })

  it('examine reports a token for Microsoft Graph', async () => {
    const accessToken = jwtOf({ ...delegatedClaims, aud: 'https://graph.microsoft.com' })
    const world = await doctorWorld(tables, { ...microsoft, accessToken, faults: [refuseTokenAtOnce()] })
    const examination = await world.examine()
    expect(examination.conclusion.code).toBe('wrong-audience')
    expect(stepOf(examination, 'claims')).toMatchObject({ state: 'failed', code: 'wrong-audience' })
  })

  it('examine reports a user that is authenticated but not connected', async () => {
    const world = await doctorWorld(tables, {
      ...microsoft,
      accessToken: delegated,
      faults: [authenticatedButNotConnected()],
    })
    expect((await world.examine()).conclusion).toMatchObject({ code: 'not-connected', remedy: /Manage email apps/ })
  })

  it('examine reports a member without access to a shared mailbox', async () => {
    const world = await doctorWorld(tables, {
      ...microsoft,
      accessToken: delegated,
      account: { mailbox: 'support@contoso.com' },
      faults: [authenticatedButNotConnected()],
    })
    const { conclusion } = await world.examine()
    expect(conclusion).toMatchObject({ code: 'mailbox-not-permitted', detail: /support@contoso\.com/ })
  })

  it('examine reports a mail server that is down as a problem outside OAuth2', async () => {
    const world = await doctorWorld(tables, { ...microsoft, accessToken: delegated, faults: [endAtGreeting('drop')] })
    const examination = await world.examine()
    expect(examination.conclusion.code).toBe('connection-lost')
    expect(stepOf(examination, 'claims').state).toBe('passed')
  })

  it('examine reports a missing folder as a problem outside OAuth2', async () => {
    const world = await doctorWorld(tables, { account: { folder: 'Suport' } })
    expect((await world.examine()).conclusion.code).toBe('folder-missing')
  })

  it('examine skips the mail server if the provider took all the time', async () => {
    const world = await doctorWorld(tables)
    const real = performance.now.bind(performance)
    let late = 0
    performance.now = () => real() + late
    try {
      const examination = await world.examine({
        tokens: {
          tokenFor: async () => {
            late = 22_000
            return { accessToken: 'a-token' }
          },
        },
      })
      expect(examination.conclusion.code).toBe('out-of-time')
      expect(statesOf(examination).at(-1)).toBe('mail-server skipped')
      expect(world.mail.transcript).toEqual([])
    } finally {
      performance.now = real
    }
  })
})
