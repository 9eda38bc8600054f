import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { HttpHandler } from '../../../functions/shared/http/http-function.ts'
import type { Account } from '../../../lib/accounts/account.ts'
import { AccountStore } from '../../../lib/accounts/store/account-store.ts'
import type { Profile } from '../../../lib/oauth2/profiles/profile.ts'
import { ProfileStore } from '../../../lib/oauth2/profiles/profile-store.ts'
import { ProviderStore } from '../../../lib/oauth2/providers/provider-store.ts'
import { GrantKeeper, GrantStore } from '../../../lib/oauth2/tokens/grant-store.ts'
import { TokenCipher } from '../../../lib/oauth2/tokens/token-cipher.ts'
import { KmsDataKeys } from '../../../lib/secrets/kms-data-keys.ts'
import { SecretsManagerSecretStore } from '../../../lib/secrets/secrets-manager-secret-store.ts'
import { type MailServer, startMailServer } from '../../mail-server/server.ts'
import { refusal, tokens } from '../../oauth2-server/scripted-answers.ts'
import { type ScriptedServer, startScriptedServer } from '../../oauth2-server/scripted-server.ts'
import { account } from '../../support/account-rows.ts'
import { captureOutput } from '../../support/captured-output.ts'
import { startTables, type TestTables } from '../../support/dynamo.ts'
import { functionEnvironment } from '../../support/function-environment.ts'
import { callHttp, type RequestSketch } from '../../support/http-event.ts'
import { startTestKms, type TestKms } from '../../support/kms.ts'
import { profile } from '../../support/oauth2-setup.ts'
import { startSecrets, type TestSecrets, testDeployment, testSecretPrefix } from '../../support/secrets.ts'

const clientSecret = 'client-secret-in-no-answer'
const goodToken = 'good-access-token-in-no-answer'
const staleToken = 'stale-access-token-in-no-answer'
const refreshToken = 'refresh-token-in-no-answer'

let tables: TestTables
let secrets: TestSecrets
let kms: TestKms
let mail: MailServer
let authorization: ScriptedServer
let storedHandler: HttpHandler
let unsavedHandler: HttpHandler
let people: Profile
let keeper: GrantKeeper
let written: string[] = []

beforeAll(async () => {
  ;[tables, secrets, mail, authorization] = await Promise.all([
    startTables(),
    startSecrets(),
    startMailServer({
      users: [
        { name: 'jane@example.org', password: 'x', tokens: [goodToken] },
        { name: 'desk@example.org', password: 'x', tokens: [goodToken] },
      ],
      quirks: { tokenMechanisms: ['XOAUTH2'] },
    }),
    startScriptedServer(),
  ])
  kms = await startTestKms(secrets.keys)
  const environment = await functionEnvironment(tables, {
    ...secrets.environment,
    SECRET_NAME_PREFIX: testSecretPrefix,
    ...kms.environment,
    ALLOW_PRIVATE_ADDRESSES: 'true',
    ALLOW_CLEAR_TEXT_ON_LOOPBACK: 'true',
    EXTRA_MAIL_PORTS: Object.values(mail.ports).join(','),
    POWERTOOLS_LOG_LEVEL: 'DEBUG',
    POWERTOOLS_LOGGER_LOG_EVENT: 'true',
  })
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  written = captureOutput()
  ;({ handler: storedHandler } = await import('../../../functions/connection-test/index.ts'))
  ;({ handler: unsavedHandler } = await import('../../../functions/unsaved-test/index.ts'))
  people = await putProfiles()
  keeper = new GrantKeeper({
    grants: new GrantStore(tables.table('oauthGrants')),
    cipher: new TokenCipher(new KmsDataKeys(kms.client, kms.keyArn)),
    now: () => new Date(),
  })
})
beforeEach(() => {
  mail.faults = []
  mail.transcript.length = 0
  authorization.requests.length = 0
  authorization.next.length = 0
  authorization.otherwise = tokens({ access_token: goodToken })
})
afterAll(async () => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  await Promise.all([tables.stop(), secrets.stop(), kms.stop(), mail.stop(), authorization.stop()])
})

/** `people` and `app` at a provider of the test's own. */
const putProfiles = async (): Promise<Profile> => {
  const { authorizationEndpoint, tokenEndpoint } = authorization
  const { createdAt, createdBy, changedAt, changedBy } = account()
  await new ProviderStore(tables.table('oauth2')).create({
    providerId: 'own',
    kind: 'custom',
    name: 'Own login',
    authorizationEndpoint,
    tokenEndpoint,
    scopes: { imap: ['mail.imap'], pop3: ['mail.pop'] },
    clientCredentialsScopes: ['mail.all'],
    authorizationParameters: {},
    clientAuthentication: 'body',
    hosts: { imap: 'localhost' },
    version: 1,
    ...{ createdAt, createdBy, changedAt, changedBy },
  })
  const profiles = new ProfileStore(tables.table('oauth2'))
  const clientSecrets = new SecretsManagerSecretStore(secrets.client, 'profile', {
    prefix: testSecretPrefix,
    deployment: testDeployment,
  })
  const made: Profile[] = []
  for (const [profileId, grant] of [
    ['people', 'authorization_code'],
    ['app', 'client_credentials'],
  ] as const) {
    const secretVersion = await clientSecrets.put(profileId, clientSecret)
    const row = profile({ profileId, name: profileId, providerId: 'own', grant, tenant: undefined, secretVersion })
    await profiles.create(row)
    made.push(row)
  }
  const [first] = made
  if (!first) throw new Error('no profile')
  return first
}

const putAccount = async (fields: Partial<Account> = {}): Promise<Account> => {
  const row = account({
    type: 'IMAPS',
    credential: { method: 'oauth2', profileId: 'people' },
    username: 'jane@example.org',
    host: 'localhost',
    port: mail.port('IMAPS'),
    customCa: mail.caPem,
    ...fields,
  })
  await new AccountStore(tables.table('accounts')).create(row)
  return row
}
const consent = (row: Account, accessToken = goodToken) =>
  keeper.keep({
    account: row,
    profile: people,
    answer: { accessToken, refreshToken, expiresIn: 3600 },
    consentedBy: 'jane@example.org',
    requestedBy: 'admin@example.org',
  })

const call = async (sketch: RequestSketch) => {
  const answer = await callHttp(sketch.path === '/connection-test' ? unsavedHandler : storedHandler, sketch)
  const everything = `${JSON.stringify(answer)}${written.join('')}`
  for (const secret of [clientSecret, goodToken, staleToken, refreshToken]) expect(everything).not.toContain(secret)
  return answer
}
const testStored = ({ accountId }: Account) =>
  call({ method: 'POST', path: `/accounts/${accountId}/test`, params: { accountId } })
const bodyOf = (fields: Record<string, unknown>) => ({
  type: 'IMAPS',
  authentication: 'oauth2',
  profileId: 'people',
  username: 'jane@example.org',
  host: 'localhost',
  port: mail.port('IMAPS'),
  customCa: mail.caPem,
  ...fields,
})
const testBody = (fields: Record<string, unknown> = {}) =>
  call({ method: 'POST', path: '/connection-test', body: bodyOf(fields) })
const testChange = (id: string, fields: Record<string, unknown> = {}) =>
  call({ method: 'POST', path: `/accounts/${id}/test`, params: { accountId: id }, body: bodyOf(fields) })
const step = (body: { steps: { step: string; state: string; code?: string }[] }, name: string) =>
  body.steps.find((one) => one.step === name)
const statesOf = (body: { steps: { step: string; state: string }[] }) => body.steps.map(({ state }) => state)
const upToTls = ['passed', 'passed', 'passed', 'passed']
const logins = () => mail.transcript.filter((line) => JSON.stringify(line).includes('XOAUTH2')).length

describe('a stored account with OAuth2', () => {
  it('is tested with the token of its consent, on the mailbox it names', async () => {
    const row = await putAccount({ mailbox: 'desk@example.org' })
    await consent(row)
    const { body } = await testStored(row)
    expect(body.passed, JSON.stringify(body.steps)).toBe(true)
    expect(step(body, 'login')).toMatchObject({ detail: 'Logged in as desk@example.org with an access token.' })
    expect(authorization.requests).toEqual([])
  })

  it('a connection test without a consent runs up to the login and explains how to connect the account', async () => {
    const row = await putAccount()
    const { body } = await testStored(row)
    expect(body.passed).toBe(false)
    expect(statesOf(body)).toEqual([...upToTls, 'failed', 'skipped', 'skipped', 'skipped'])
    expect(step(body, 'login')).toMatchObject({ code: 'consent-missing', remedy: expect.stringContaining('connect') })
    expect(logins()).toBe(0)
  })

  it('gets another token where the mail server takes the old one no longer', async () => {
    const row = await putAccount()
    await consent(row, staleToken)
    const { body } = await testStored(row)
    expect(body.passed, JSON.stringify(body.steps)).toBe(true)
    expect(authorization.requests.map(({ parameters }) => parameters.grant_type)).toEqual(['refresh_token'])
  })

  it('says that the consent is over where the provider takes it no longer', async () => {
    const row = await putAccount()
    await consent(row, staleToken)
    authorization.otherwise = refusal('invalid_grant', 'revoked')
    const { body } = await testStored(row)
    expect(step(body, 'login')).toMatchObject({ state: 'failed', code: 'grant-revoked' })
    // The refusal was written down: the next test knows it without asking anybody.
    expect(step((await testStored(row)).body, 'login')?.code).toBe('grant-revoked')
    expect(authorization.requests).toHaveLength(1)
  })

  it('says that its profile’s secret is wrong', async () => {
    const row = await putAccount({ credential: { method: 'oauth2', profileId: 'app' } })
    authorization.otherwise = refusal('invalid_client', 'wrong secret', 401)
    const { body } = await testStored(row)
    expect(statesOf(body).slice(0, 5)).toEqual([...upToTls, 'failed'])
    expect(step(body, 'login')?.code).toBe('client-secret-rejected')
  })
})

describe('a mail server that may not receive the tokens', () => {
  it('does not receive an app-only token, regardless of the host in the row of the account', async () => {
    for (const fields of [
      { host: '127.0.0.1' },
      { type: 'POP3S', port: mail.port('POP3S'), folder: undefined },
    ] as const) {
      const row = await putAccount({ credential: { method: 'oauth2', profileId: 'app' }, ...fields })
      const { body } = await testStored(row)
      expect(body.passed).toBe(false)
      expect(step(body, 'login')).toMatchObject({
        state: 'failed',
        code: 'host' in fields ? 'host-not-allowed' : 'host-not-named',
        remedy: expect.stringMatching(/\S/),
      })
    }
    expect(authorization.requests).toEqual([])
    expect(logins()).toBe(0)
  })

  it('does not receive a token of a Microsoft consent that is older than this rule', async () => {
    const { createdAt, createdBy, changedAt, changedBy } = account()
    const secretVersion = 'v1'
    const old = profile({ profileId: 'at-microsoft', name: 'At Microsoft', grant: 'authorization_code', secretVersion })
    await new ProfileStore(tables.table('oauth2')).create({ ...old, createdAt, createdBy, changedAt, changedBy })
    const row = await putAccount({ credential: { method: 'oauth2', profileId: 'at-microsoft' } })
    await keeper.keep({
      account: row,
      profile: old,
      answer: { accessToken: goodToken, refreshToken, expiresIn: 3600 },
      requestedBy: 'admin@example.org',
    })
    const { body } = await testStored(row)
    expect(step(body, 'login')).toMatchObject({ state: 'failed', code: 'host-not-allowed' })
    expect(body.steps.at(-1).state).not.toBe('passed')
    expect(logins()).toBe(0)
  })
})

describe('an account with OAuth2 that is not saved', () => {
  it('is tried up to the login where people have to consent first, without a receipt', async () => {
    const { status, body } = await testBody()
    expect(status).toBe(200)
    expect(body.passed).toBe(false)
    expect(statesOf(body)).toEqual([...upToTls, 'skipped', 'skipped', 'skipped', 'skipped'])
    expect(step(body, 'login')).toMatchObject({ code: 'consent-missing', remedy: expect.stringContaining('Save') })
    expect(body).not.toHaveProperty('receipt')
    expect(logins()).toBe(0)
    expect(authorization.requests).toEqual([])
  })

  it('still says what is wrong before the login', async () => {
    expect(step((await testBody({ customCa: undefined })).body, 'tls')).toMatchObject({
      state: 'failed',
      code: 'certificate-not-trusted',
    })
  })

  it('is tested up to the login for an app-only profile, without its client secret and without a receipt', async () => {
    const { body } = await testBody({ profileId: 'app', username: 'desk@example.org' })
    expect(body.passed).toBe(false)
    expect(statesOf(body)).toEqual([...upToTls, 'skipped', 'skipped', 'skipped', 'skipped'])
    expect(step(body, 'login')).toMatchObject({ code: 'not-saved', remedy: expect.stringContaining('accounts test') })
    expect(body).not.toHaveProperty('receipt')
    expect(authorization.requests).toEqual([])
    expect(logins()).toBe(0)
  })

  it('logs in with the app-only token after it is saved', async () => {
    const row = await putAccount({ username: 'desk@example.org', credential: { method: 'oauth2', profileId: 'app' } })
    const { body } = await testStored(row)
    expect(body.passed, JSON.stringify(body.steps)).toBe(true)
    expect(authorization.requests.map(({ parameters }) => parameters.grant_type)).toEqual(['client_credentials'])
    expect(authorization.requests[0]?.parameters.scope).toBe('mail.all')
  })

  it('names every wrong field', async () => {
    const { body } = await testBody({ profileId: 'nobody', password: 'x', type: 'POP3', host: 'mail.example.org' })
    expect(body.errors.map(({ path }: { path: string }) => path).sort()).toEqual(['/password', '/profileId', '/type'])
  })
})

describe('a change of an account with OAuth2', () => {
  it('is tested with the stored consent while that fits', async () => {
    const { accountId } = await consented()
    for (const fields of [{}, { mailbox: 'desk@example.org' }, { host: 'LocalHost' }]) {
      const { body } = await testChange(accountId, fields)
      expect(body.passed, JSON.stringify(body.steps)).toBe(true)
      expect(body).not.toHaveProperty('receipt')
    }
  })

  it.each([
    ['host', { host: '127.0.0.1' }],
    ['user', { username: 'joe@example.org' }],
    ['protocol', { type: 'POP3S', port: 0 }],
  ])('does not send it the stored token with another %s', async (_, change) => {
    const { accountId } = await consented()
    const fields = 'type' in change ? { ...change, port: mail.port('POP3S') } : change
    const { body } = await testChange(accountId, fields)
    expect(step(body, 'login')).toMatchObject({ state: 'skipped', code: 'consent-outdated' })
    expect(logins()).toBe(0)
    // A test changes nothing: the account itself is connected as before.
    mail.transcript.length = 0
    expect((await testStored({ accountId } as Account)).body.passed).toBe(true)
  })

  it('from OAuth2 to a password needs one, and to OAuth2 a consent', async () => {
    const { accountId } = await consented()
    const toPassword = { authentication: 'password', profileId: undefined }
    expect((await testChange(accountId, toPassword)).body.errors).toMatchObject([{ path: '/password' }])
    expect((await testChange(accountId, { ...toPassword, password: 'x' })).body.passed).toBe(true)
    const secretVersion = await secrets.store.put('with-password', 'x')
    const row = await putAccount({ accountId: 'with-password', credential: { method: 'password', secretVersion } })
    const { body } = await testChange(row.accountId)
    expect(step(body, 'login')).toMatchObject({ state: 'skipped', code: 'consent-missing' })
  })

  const consented = async () => {
    const row = await putAccount()
    await consent(row)
    return row
  }
})
