import type { ClientSecretReader } from '../../secrets/secret-store.ts'
import { AuthorizationServerError, type AuthorizationServers } from '../authorization/authorization-server.ts'
import { findingOfRefusal } from '../findings/finding-of-refusal.ts'
import { oauth2Findings } from '../findings/oauth2-findings.ts'
import { grantKeyOf } from '../grant-key.ts'
import { OAuth2Error, type OAuth2Finding } from '../oauth2-error.ts'
import { isForPeopleAlone } from '../profiles/profile-rules.ts'
import type { AccessToken, AccessTokens } from '../tokens/access-tokens.ts'
import type { GrantReader } from '../tokens/grant.ts'
import { examinationLimits } from './examination-limits.ts'
import type { Setup } from './setup.ts'

export interface TokenTrials {
  readonly tokens: AccessTokens
  readonly grants: Pick<GrantReader, 'read'>
  readonly secrets: ClientSecretReader
  readonly servers: Pick<AuthorizationServers, 'clientCredentials' | 'exchangeCode'>
  readonly now: () => number
}

/**
 * Gets a token that the provider gave just now, which proves tenant, client and consent. By the one port that refreshes: a refresh token that is
 * used twice may end the consent.
 * @throws OAuth2Error
 */
export const tryTokens = async (setup: Setup, trials: TokenTrials, signal: AbortSignal): Promise<AccessToken> => {
  const { account, profile } = setup
  const began = trials.now()
  const waiting = AbortSignal.any([signal, AbortSignal.timeout(examinationLimits.tokens)])
  try {
    const stored = await trials.tokens.tokenFor(account, { signal: waiting })
    const grant = await trials.grants.read(grantKeyOf(account.accountId, profile))
    if (grant?.refreshedAt !== undefined && Date.parse(grant.refreshedAt) >= began) return stored
    return await trials.tokens.tokenFor(account, { refused: stored.accessToken, signal: waiting })
  } catch (error) {
    if (!(error instanceof OAuth2Error) || error.finding.cure !== 'consent') throw error
    // Whoever consents now would run into what is wrong with the client, and read of it on the provider's page alone.
    throw new OAuth2Error((await clientFinding(setup, trials, signal)) ?? error.finding)
  }
}

/** What is wrong with tenant, client id or secret, as far as that can be told without a consent; undefined where nothing is known. */
const clientFinding = async (
  { profile, provider, client }: Setup,
  { secrets, servers }: TokenTrials,
  signal: AbortSignal,
): Promise<OAuth2Finding | undefined> => {
  const { profileId, secretVersion } = profile
  if (secretVersion === undefined) return undefined
  const clientSecret = await secrets.readClientSecret(profileId, secretVersion)
  if (clientSecret === undefined) return oauth2Findings['client-secret-missing']
  const limit = AbortSignal.any([signal, AbortSignal.timeout(examinationLimits.client)])
  const asked = { ...client, clientSecret }
  try {
    // Microsoft looks at a code before it looks at the client, but lets every application have a token of its own, permissions or none.
    if (provider.kind === 'microsoft')
      await servers.clientCredentials({ ...asked, scopes: provider.clientCredentialsScopes }, limit)
    // RFC 6749 section 4.1.3: the client is authenticated before its code is looked at, and this is the code of nobody.
    else await servers.exchangeCode(asked, noCode, limit)
    return undefined
  } catch (error) {
    if (!(error instanceof AuthorizationServerError)) throw error
    const finding = findingOfRefusal(error.refusal, provider)
    // It was the application that had no directory of its own there; people bring theirs.
    if (finding.code === 'wrong-tenant' && isForPeopleAlone(profile.tenant ?? '')) return undefined
    return aboutClient.has(finding.code) ? finding : undefined
  }
}

const noCode = {
  code: 'only-to-see-whether-the-client-is-known',
  redirectUri: 'https://localhost/',
  codeVerifier: 'only-to-see-whether-the-client-is-known-0000000',
} as const

/** Of all that such a question can be refused with, what would stop a consent, too. */
const aboutClient: ReadonlySet<string> = new Set([
  'client-secret-rejected',
  'client-secret-expired',
  'client-secret-missing',
  'client-secret-not-wanted',
  'client-unknown',
  'client-disabled',
  'wrong-tenant',
])
