import type { SecretReader } from '../../secrets/secret-store.ts'
import type { Clock } from '../../text/clock.ts'
import type { AuthorizationServers, OAuth2Client } from '../authorization/authorization-servers.ts'
import { AuthorizationServerError } from '../authorization/server-answer.ts'
import { findingOfRefusal } from '../findings/provider-refusals.ts'
import { clientSecretOf } from '../oauth2-client.ts'
import { OAuth2Error, type OAuth2Finding } from '../oauth2-error.ts'
import { isForPeopleAlone } from '../profiles/profile-rules.ts'
import type { Setup } from '../setup.ts'
import type { AccessToken, AccessTokens } from '../tokens/access-tokens.ts'
import { grantKeyOf } from '../tokens/grant.ts'
import type { GrantStore } from '../tokens/grant-store.ts'
import { examinationLimits } from './examination-limits.ts'

export interface TokenTrials {
  readonly tokens: AccessTokens
  readonly grants: Pick<GrantStore, 'read'>
  readonly secrets: SecretReader
  readonly servers: Pick<AuthorizationServers, 'clientCredentials' | 'exchangeCode'>
  readonly now: Clock
}

/**
 * Gets a newly issued token, which proves that tenant, client and consent are valid. It uses the only port that
 * refreshes tokens, because using a refresh token twice may revoke the consent.
 * @throws OAuth2Error
 */
export const tryTokens = async (
  client: OAuth2Client,
  setup: Setup,
  trials: TokenTrials,
  signal: AbortSignal,
): Promise<AccessToken> => {
  const { account, profile } = setup
  const began = trials.now().getTime()
  const waiting = AbortSignal.any([signal, AbortSignal.timeout(examinationLimits.tokens)])
  try {
    const stored = await trials.tokens.tokenFor(account, { signal: waiting })
    const grant = await trials.grants.read(grantKeyOf(account.accountId, profile))
    if (grant?.refreshedAt !== undefined && Date.parse(grant.refreshedAt) >= began) return stored
    return await trials.tokens.tokenFor(account, { refused: stored.accessToken, signal: waiting })
  } catch (error) {
    if (!(error instanceof OAuth2Error) || error.finding.cure !== 'consent') throw error
    // If the client is also wrong, a new consent would fail, and only the provider's page would show the reason.
    throw new OAuth2Error((await clientFinding(client, setup, trials, signal)) ?? error.finding)
  }
}

/**
 * Tests tenant, client id and secret as far as that is possible without a consent.
 * @returns undefined if no problem was found
 */
const clientFinding = async (
  client: OAuth2Client,
  { profile, provider }: Setup,
  { secrets, servers }: TokenTrials,
  signal: AbortSignal,
): Promise<OAuth2Finding | undefined> => {
  if (profile.secretVersion === undefined) return undefined
  const limit = AbortSignal.any([signal, AbortSignal.timeout(examinationLimits.client)])
  try {
    const asked = { ...client, clientSecret: await clientSecretOf(secrets, profile) }
    // Microsoft validates a code before the client, but issues an app-only token to every application, even without
    // permissions.
    if (provider.kind === 'microsoft')
      await servers.clientCredentials({ ...asked, scopes: provider.clientCredentialsScopes }, limit)
    // RFC 6749 section 4.1.3: the client is authenticated before its code is validated, and this code is invalid.
    else await servers.exchangeCode(asked, noCode, limit)
    return undefined
  } catch (error) {
    if (error instanceof OAuth2Error) return error.finding
    if (!(error instanceof AuthorizationServerError)) throw error
    const finding = findingOfRefusal(error.refusal, provider)
    // Only app-only requests need a specific directory at these tenants. People sign in to their own directory.
    if (finding.code === 'wrong-tenant' && isForPeopleAlone(profile.tenant ?? '')) return undefined
    return aboutClient.has(finding.code) ? finding : undefined
  }
}

const noCode = {
  code: 'only-to-see-whether-the-client-is-known',
  redirectUri: 'https://localhost/',
  codeVerifier: 'only-to-see-whether-the-client-is-known-0000000',
} as const

/** The findings of such a test that would also prevent a consent. */
const aboutClient: ReadonlySet<string> = new Set([
  'client-secret-rejected',
  'client-secret-expired',
  'client-secret-missing',
  'client-secret-not-wanted',
  'client-unknown',
  'client-disabled',
  'wrong-tenant',
])
