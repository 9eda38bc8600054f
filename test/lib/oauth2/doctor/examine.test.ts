import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { examine } from '../../../../lib/oauth2/doctor/examine.ts'
import { ProblemError } from '../../../../lib/problems/problem.ts'
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

describe('an account in order', () => {
  it('passes every step, with a token that is new', async () => {
    const world = await doctorWorld(tables, { ...microsoft, accessToken: delegated })
    world.mail.user('desk@contoso.com').inbox.append('Subject: waiting\r\n\r\n')
    const examination = await world.examine()
    expect(statesOf(examination), JSON.stringify(examination)).toEqual(allPassed)
    expect(examination).toMatchObject({ passed: true, conclusion: { code: 'connected' } })
    expect(examination).not.toHaveProperty('exchangeCommands')
    expect(stepOf(examination, 'settings').facts).toMatchObject({ tenant: contoso, username: 'desk@contoso.com' })
    expect(stepOf(examination, 'endpoints').facts).toMatchObject({
      tokenEndpoint: world.idp.tokenEndpoint,
      tokenEndpointAnswer: expect.stringMatching(/^HTTP 200 from 127\.0\.0\.1, in clear$/),
      authorizationEndpointAnswer: expect.stringContaining('HTTP 200'),
    })
    expect(stepOf(examination, 'claims')).toMatchObject({
      words: 'The token is of desk@contoso.com, for https://outlook.office.com, until 2026-03-02T08:50:04.000Z.',
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

  it('keeps the tokens it got', async () => {
    const world = await doctorWorld(tables)
    await world.examine()
    expect(await world.sealed()).toMatchObject({ refreshToken: 'refresh-3' })
    // The next one goes on with them: nobody uses a refresh token twice.
    world.state.now += 60_000
    await world.examine()
    expect(world.idp.requests.at(-1)?.parameters.refresh_token).toBe('refresh-3')
  })

  it('renews a token once, also where the stored one has run out', async () => {
    const world = await doctorWorld(tables)
    world.state.now += 2 * 3_600_000
    expect((await world.examine()).passed).toBe(true)
    expect(world.idp.requests.filter(({ method }) => method === 'POST')).toHaveLength(1)
  })

  it('says that tokens cannot be read, and who consented', async () => {
    const examination = await (await doctorWorld(tables)).examine()
    expect(stepOf(examination, 'claims')).toMatchObject({
      state: 'skipped',
      facts: { consentedBy: 'jane@example.com' },
    })
    expect(examination.passed).toBe(true)
  })

  it('is believed when the mail server lets it in, whatever its token looks like', async () => {
    const odd = jwtOf({ ...delegatedClaims, aud: 'https://graph.microsoft.com', upn: 'alias@contoso.com' })
    const examination = await (await doctorWorld(tables, { ...microsoft, accessToken: odd })).examine()
    expect(examination.passed).toBe(true)
    expect(stepOf(examination, 'claims').state).toBe('passed')
  })

  it.each(['IMAPS', 'IMAPTLS', 'POP3S', 'POP3TLS'] as const)('passes over %s', async (type) => {
    const world = await doctorWorld(tables, { account: { type } })
    expect(statesOf(await world.examine()).at(-1)).toBe('mail-server passed')
  })
})

describe('an application on its own', () => {
  it('comes with the lines that Exchange wants, for its own ids', async () => {
    const examination = await (await doctorWorld(tables, application)).examine()
    expect(statesOf(examination)).toEqual(allPassed)
    expect(stepOf(examination, 'claims').words).toContain('the application itself')
    expect(examination.exchangeCommands?.slice(-2)).toEqual([
      `New-ServicePrincipal -AppId '${delegatedClaims.appid}' -ObjectId '${enterpriseObject}' -DisplayName 'Postmaster'`,
      `Add-MailboxPermission -Identity 'desk@contoso.com' -User '${enterpriseObject}' -AccessRights FullAccess`,
    ])
  })

  it('that Exchange does not know is told so', async () => {
    const world = await doctorWorld(tables, { ...application, faults: [refuseTokenAtOnce()] })
    const examination = await world.examine()
    expect(examination.conclusion.code).toBe('application-unknown')
    expect(examination.conclusion.remedy).toContain(enterpriseObject)
    expect(statesOf(examination).slice(-2)).toEqual(['claims passed', 'mail-server failed'])
  })

  it('without the mailbox is told so', async () => {
    const world = await doctorWorld(tables, { ...application, faults: [authenticatedButNotConnected()] })
    expect((await world.examine()).conclusion.code).toBe('application-not-permitted')
  })

  it('gets the lines before there is any token, too', async () => {
    const world = await doctorWorld(tables, application)
    world.idp.otherwise = refusal('invalid_client', 'AADSTS7000222: The client secret keys are expired.', 401)
    const examination = await world.examine()
    expect(examination.conclusion.code).toBe('client-secret-expired')
    expect(examination.exchangeCommands?.join('\n')).toContain('Get-MgServicePrincipal')
  })
})

describe('what is missing', () => {
  it('an account', async () => {
    const world = await doctorWorld(tables)
    const examined = examine('nobody', world.services, new AbortController().signal)
    await expect(examined).rejects.toThrow(ProblemError)
  })

  it('OAuth2', async () => {
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

  it('the profile', async () => {
    const world = await doctorWorld(tables)
    world.state.profile = undefined
    expect((await world.examine()).conclusion.code).toBe('profile-missing')
  })

  it('the provider', async () => {
    const world = await doctorWorld(tables)
    world.state.provider = undefined
    expect((await world.examine()).conclusion.code).toBe('provider-missing')
  })

  it('the tenant', async () => {
    const world = await doctorWorld(tables, { provider: { tokenEndpoint: 'https://login.example/{tenant}/token' } })
    expect((await world.examine()).conclusion.code).toBe('tenant-missing')
  })

  it('the client secret', async () => {
    const world = await doctorWorld(tables)
    world.state.clientSecret = undefined
    const examination = await world.examine()
    expect(examination.conclusion.code).toBe('client-secret-missing')
    expect(statesOf(examination)[2]).toBe('tokens failed')
  })
})

describe('without a consent', () => {
  it('says so once tenant, client id and secret are known to be right', async () => {
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

  it('says first what would stop the consent', async () => {
    const world = await doctorWorld(tables, { unconsented: true })
    world.idp.otherwise = refusal('invalid_client', 'who are you', 401)
    expect((await world.examine()).conclusion.code).toBe('client-secret-rejected')
  })

  it('asks Microsoft with the application’s own credentials', async () => {
    const world = await doctorWorld(tables, { ...microsoft, unconsented: true })
    world.idp.otherwise = refusal('invalid_request', 'AADSTS90002: Tenant not found.')
    expect((await world.examine()).conclusion.code).toBe('wrong-tenant')
    expect(world.idp.requests.at(-1)?.parameters.grant_type).toBe('client_credentials')
  })

  it('does not call a tenant wrong that is right for people alone', async () => {
    const profile = { ...microsoft.profile, tenant: 'common' }
    const world = await doctorWorld(tables, { ...microsoft, profile, unconsented: true })
    world.idp.otherwise = refusal('invalid_request', 'AADSTS50059: No tenant-identifying information found.')
    expect((await world.examine()).conclusion.code).toBe('consent-missing')
    world.idp.otherwise = refusal('invalid_client', 'AADSTS7000215: Invalid client secret provided.', 401)
    expect((await world.examine()).conclusion.code).toBe('client-secret-rejected')
  })

  it('is not misled by a provider that answers nothing useful', async () => {
    const world = await doctorWorld(tables, { unconsented: true })
    world.idp.otherwise = html(404)
    expect((await world.examine()).conclusion.code).toBe('consent-missing')
  })
})

describe('the provider', () => {
  it('cannot be reached', async () => {
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

  it('is silent', async () => {
    const world = await doctorWorld(tables)
    world.idp.otherwise = silent
    const examination = await world.examine()
    expect(examination.conclusion).toMatchObject({ code: 'provider-unreachable', words: /in time/ })
    await expect.poll(() => world.idp.openConnections).toBe(0)
  })

  it('may keep its authorization endpoint to browsers', async () => {
    const world = await doctorWorld(tables, { provider: { authorizationEndpoint: 'http://localhost:1/authorize' } })
    const examination = await world.examine()
    expect(examination.passed).toBe(true)
    expect(stepOf(examination, 'endpoints').facts?.authorizationEndpointAnswer).toMatch(/refuses connections/)
  })

  it('does not take the secret any more: the consent is kept', async () => {
    const world = await doctorWorld(tables)
    world.idp.otherwise = refusal('invalid_client', 'AADSTS7000215: Invalid client secret provided.', 401)
    const examination = await world.examine()
    expect(examination.conclusion).toMatchObject({ code: 'client-secret-rejected', remedy: /“Value”/ })
    expect(stepOf(examination, 'tokens')).toMatchObject({ state: 'failed', code: 'client-secret-rejected' })
    expect(await world.sealed()).toMatchObject({ refreshToken: stored.refreshToken })
  })

  it('does not take the consent any more: the account has to be connected again', async () => {
    const world = await doctorWorld(tables)
    world.idp.otherwise = refusal('invalid_grant', 'AADSTS50173: The grant was revoked.')
    expect((await world.examine()).conclusion.code).toBe('grant-revoked')
    expect(await world.grant()).toMatchObject({ state: 're-authorization-needed' })
  })
})

describe('the mail server', () => {
  it('refuses the right token of the wrong person', async () => {
    const accessToken = jwtOf({ ...delegatedClaims, upn: 'admin@contoso.com' })
    const world = await doctorWorld(tables, { ...microsoft, accessToken, faults: [refuseTokenAtOnce()] })
    const examination = await world.examine()
    expect(examination.conclusion).toMatchObject({ code: 'wrong-person', words: /admin@contoso\.com consented/ })
    expect(stepOf(examination, 'mail-server')).toMatchObject({ code: 'token-refused', facts: { failedAt: 'login' } })
  })

  it('refuses a token for Graph', async () => {
    const accessToken = jwtOf({ ...delegatedClaims, aud: 'https://graph.microsoft.com' })
    const world = await doctorWorld(tables, { ...microsoft, accessToken, faults: [refuseTokenAtOnce()] })
    const examination = await world.examine()
    expect(examination.conclusion.code).toBe('wrong-audience')
    expect(stepOf(examination, 'claims')).toMatchObject({ state: 'failed', code: 'wrong-audience' })
  })

  it('authenticates the user and does not connect', async () => {
    const world = await doctorWorld(tables, {
      ...microsoft,
      accessToken: delegated,
      faults: [authenticatedButNotConnected()],
    })
    expect((await world.examine()).conclusion).toMatchObject({ code: 'not-connected', remedy: /Manage email apps/ })
  })

  it('lets a member of a shared mailbox not in', async () => {
    const world = await doctorWorld(tables, {
      ...microsoft,
      accessToken: delegated,
      account: { mailbox: 'support@contoso.com' },
      faults: [authenticatedButNotConnected()],
    })
    const { conclusion } = await world.examine()
    expect(conclusion).toMatchObject({ code: 'mailbox-not-permitted', words: /support@contoso\.com/ })
  })

  it('is down: that is not about OAuth2', async () => {
    const world = await doctorWorld(tables, { ...microsoft, accessToken: delegated, faults: [endAtGreeting('drop')] })
    const examination = await world.examine()
    expect(examination.conclusion.code).toBe('connection-lost')
    expect(stepOf(examination, 'claims').state).toBe('passed')
  })

  it('has not the account’s folder: that is not about OAuth2, either', async () => {
    const world = await doctorWorld(tables, { account: { folder: 'Suport' } })
    expect((await world.examine()).conclusion.code).toBe('folder-missing')
  })

  it('is not asked when the provider took all the time', async () => {
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
