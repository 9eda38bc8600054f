import type { SecretReader } from '../../secrets/secret-store.ts'
import type { AuthorizationServers } from '../authorization/authorization-servers.ts'
import { oauth2Finding } from '../findings/oauth2-findings.ts'
import { clientOf, clientSecretOf, orFinding } from '../oauth2-client.ts'
import { OAuth2Error, type OAuth2Finding } from '../oauth2-error.ts'
import { revocationEndpointOf } from '../providers/built-in-providers.ts'
import { readRegistration, type SetupReaders } from '../setup.ts'
import type { EndGrantsServices } from './end-grants.ts'
import type { Grant } from './grant.ts'
import type { TokenCipher } from './token-cipher.ts'

export interface RevokeServices extends SetupReaders {
  readonly secrets: SecretReader
  readonly cipher: Pick<TokenCipher, 'open'>
  readonly servers: Pick<AuthorizationServers, 'revoke'>
}

/** Milliseconds. A second limit in addition to the shorter one of `AuthorizationServers`. */
const longestRequest = 15_000

/**
 * Revokes a grant's refresh token at its provider (RFC 7009), which also invalidates the access tokens issued with it.
 */
export const revokeGrant =
  (services: RevokeServices): EndGrantsServices['revoke'] =>
  async (grant) => {
    try {
      return { outcome: (await attempted(grant, services)) ? 'revoked' : 'not-offered' }
    } catch (error) {
      if (!(error instanceof OAuth2Error)) throw error
      return { outcome: 'failed', finding: error.finding }
    }
  }

/**
 * @returns false if the provider does not support revocation, or the row no longer contains a token.
 * @throws OAuth2Error
 */
const attempted = async (grant: Grant, services: RevokeServices): Promise<boolean> => {
  const { profile, provider } = await readRegistration(services, grant.profileId)
  const { grantKey, sealed, dataKey } = grant
  if (revocationEndpointOf(provider) === undefined || sealed === undefined) return false
  if (grant.grantEpoch !== profile.grantEpoch) throw new OAuth2Error(clientChanged)
  const client = clientOf(profile, provider, await clientSecretOf(services.secrets, profile), grant.protocol ?? 'imap')
  if (dataKey === undefined) throw new OAuth2Error(oauth2Finding('tokens-unreadable'))
  const { tokens, sealer } = await services.cipher.open(grantKey, { sealed, dataKey })
  sealer[Symbol.dispose]()
  const { refreshToken } = tokens
  if (refreshToken === undefined) return false
  await orFinding(provider, () => services.servers.revoke(client, refreshToken, AbortSignal.timeout(longestRequest)))
  return true
}

const clientChanged: OAuth2Finding = {
  code: 'client-changed',
  detail:
    'The profile’s provider, tenant or client id has changed since the person consented, and the new client cannot revoke the old consent.',
  remedy: 'Ask the person who consented to remove the access at the provider.',
  cure: 'change',
}
