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
import { refuseTokenAtOnce } from '../../mail-server/token-faults.ts'
import { tokensByCodeFlow } from '../../oauth2-server/code-flow.ts'
import { type OAuth2Server, startOAuth2Server } from '../../oauth2-server/server.ts'
import { account } from '../../support/account-rows.ts'
import { captureOutput } from '../../support/captured-output.ts'
import { startTables, type TestTables } from '../../support/dynamo.ts'
import { functionEnvironment } from '../../support/function-environment.ts'
import { callHttp, readerClaims } from '../../support/http-event.ts'
import { startTestKms, type TestKms } from '../../support/kms.ts'
import { profile } from '../../support/oauth2-setup.ts'
import { startSecrets, type TestSecrets, testDeployment, testSecretPrefix } from '../../support/secrets.ts'

const user = { email: 'desk@example.com', password: 'desk’s own password' }

let tables: TestTables
let secrets: TestSecrets
let kms: TestKms
let mail: MailServer
let authorization: OAuth2Server
let handler: HttpHandler
let written: string[] = []
/** Secrets that must never appear in a response or log. */
const hidden = new Set<string>()

beforeAll(async () => {
  ;[tables, secrets, mail, authorization] = await Promise.all([
    startTables(),
    startSecrets(),
    startMailServer({
      users: [{ name: user.email, password: 'x' }],
      quirks: { tokenMechanisms: ['OAUTHBEARER', 'XOAUTH2'] },
    }),
    startOAuth2Server({ policy: { onRefresh: 'rotate' } }),
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
  ;({ handler } = await import('../../../functions/oauth2-doctor/index.ts'))
  const { createdAt, createdBy, changedAt, changedBy } = account()
  await new ProviderStore(tables.table('oauth2')).create({
    providerId: 'own',
    kind: 'custom',
    name: 'Own login',
    authorizationEndpoint: authorization.endpoints.authorization,
    tokenEndpoint: authorization.endpoints.token,
    scopes: { imap: ['mail.imap', 'offline_access'], pop3: ['mail.pop3', 'offline_access'] },
    clientCredentialsScopes: ['mail.imap'],
    authorizationParameters: {},
    clientAuthentication: 'body',
    hosts: { imap: 'localhost', pop3: 'localhost' },
    version: 1,
    ...{ createdAt, createdBy, changedAt, changedBy },
  })
})
beforeEach(() => {
  mail.faults = [{ onToken: () => 'accept' }]
})
afterAll(async () => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  await Promise.all([tables.stop(), secrets.stop(), kms.stop(), mail.stop(), authorization.stop()])
})

let profiles = 0
const putProfile = async (fields: Partial<Profile>, clientSecret?: string): Promise<Profile> => {
  profiles += 1
  const profileId = `profile-${profiles}`
  const clientSecrets = new SecretsManagerSecretStore(secrets.client, 'profile', {
    prefix: testSecretPrefix,
    deployment: testDeployment,
  })
  const secretVersion = clientSecret === undefined ? undefined : await clientSecrets.put(profileId, clientSecret)
  if (clientSecret !== undefined) hidden.add(clientSecret)
  const row = profile({ profileId, name: profileId, providerId: 'own', tenant: undefined, ...fields, secretVersion })
  await new ProfileStore(tables.table('oauth2')).create(row)
  return row
}

const putAccount = async ({ profileId }: Profile, fields: Partial<Account> = {}): Promise<Account> => {
  const row = account({
    type: 'IMAPS',
    credential: { method: 'oauth2', profileId },
    username: user.email,
    host: 'localhost',
    port: mail.port('IMAPS'),
    customCa: mail.caPem,
    ...fields,
  })
  await new AccountStore(tables.table('accounts')).create(row)
  return row
}

/** Stores the result of a person's consent in a browser. */
const consented = async () => {
  const by = await putProfile({ clientId: authorization.clients.public.clientId })
  const row = await putAccount(by)
  const answer = await tokensByCodeFlow(authorization, user)
  for (const token of [answer.accessToken, answer.refreshToken, answer.idToken]) if (token) hidden.add(token)
  const keeper = new GrantKeeper({
    grants: new GrantStore(tables.table('oauthGrants')),
    cipher: new TokenCipher(new KmsDataKeys(kms.client, kms.keyArn)),
    now: () => new Date(),
  })
  await keeper.keep({
    account: row,
    profile: by,
    answer,
    consentedBy: user.email,
    requestedBy: 'admin@example.org',
  })
  return row
}

const examine = async (accountId: string, claims?: Record<string, unknown>) => {
  const answer = await callHttp(handler, {
    method: 'POST',
    path: `/accounts/${accountId}/oauth2/doctor`,
    params: { accountId },
    ...(claims && { claims }),
  })
  for (const { accessToken, refreshToken, idToken } of authorization.tokenRequests)
    for (const token of [accessToken, refreshToken, idToken]) if (token) hidden.add(token)
  const everything = `${JSON.stringify(answer)}${written.join('')}`
  for (const secret of hidden) expect(everything).not.toContain(secret)
  return answer
}

describe('POST /accounts/{accountId}/oauth2/doctor', () => {
  it('the doctor passes repeatedly with a real authorization server that rotates refresh tokens', async () => {
    const { accountId } = await consented()
    for (const time of ['first', 'second', 'third']) {
      const { status, body } = await examine(accountId)
      expect(status).toBe(200)
      expect(body.passed, `${time}: ${JSON.stringify(body)}`).toBe(true)
    }
    const refreshes = authorization.tokensIssued.filter(({ grantType }) => grantType === 'refresh_token')
    expect(refreshes).toHaveLength(3)
    expect(new Set(refreshes.map(({ refreshToken }) => refreshToken)).size).toBe(3)
  })

  it('the doctor reports the cause if the mail server rejects the token', async () => {
    const { accountId } = await consented()
    mail.faults = [refuseTokenAtOnce('no such luck')]
    const { status, body } = await examine(accountId)
    expect(status).toBe(200)
    expect(body).toMatchObject({ passed: false, conclusion: { code: 'token-refused' } })
    expect(body.steps.at(-1).detail).toContain('no such luck')
  })

  it('the doctor reports the cause if the consent was revoked', async () => {
    const { accountId } = await consented()
    authorization.revokeGrants(user.email)
    const { body } = await examine(accountId)
    expect(body.conclusion.code).toBe('grant-revoked')
    // The loss is recorded, so no further request is sent.
    const asked = authorization.tokenRequests.length
    expect((await examine(accountId)).body.conclusion.code).toBe('grant-revoked')
    expect(authorization.tokenRequests).toHaveLength(asked)
  })

  it('the doctor passes for app-only access, and detects a wrong client secret', async () => {
    const { clientId, clientSecret } = authorization.clients.application
    const grant = 'client_credentials'
    const right = await putAccount(await putProfile({ clientId, grant }, clientSecret))
    const { body } = await examine(right.accountId)
    expect(body.passed, JSON.stringify(body)).toBe(true)
    const wrong = await putAccount(await putProfile({ clientId, grant }, 'wrong-client-secret-in-no-answer'))
    expect((await examine(wrong.accountId)).body.conclusion.code).toBe('client-secret-rejected')
  })

  it('the doctor detects a wrong client secret before a consent', async () => {
    const { clientId, clientSecret } = authorization.clients.confidential
    authorization.allowRedirect('https://api.example.org/oauth2/callback')
    const right = await putAccount(await putProfile({ clientId }, clientSecret))
    expect((await examine(right.accountId)).body.conclusion.code).toBe('consent-missing')
    const wrong = await putAccount(await putProfile({ clientId }, 'another-wrong-secret-in-no-answer'))
    expect((await examine(wrong.accountId)).body.conclusion.code).toBe('client-secret-rejected')
  })

  it('the doctor reports that an account does not use OAuth2', async () => {
    const row = account()
    await new AccountStore(tables.table('accounts')).create(row)
    expect((await examine(row.accountId)).body.conclusion.code).toBe('not-oauth2')
  })

  it('the doctor requires an existing account and the role admin', async () => {
    expect((await examine('nobody')).status).toBe(404)
    expect((await examine('nobody', readerClaims)).status).toBe(403)
  })
})
