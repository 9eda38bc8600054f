import { oauth2Finding } from '../findings/oauth2-findings.ts'
import { consentKeyOf } from '../grant-key.ts'
import { OAuth2Error } from '../oauth2-error.ts'
import type { GrantKeeper, NewGrant } from './access-tokens.ts'
import type { GrantStore } from './grant-store.ts'
import { consentedFor } from './lost-consent.ts'
import type { TokenCipher } from './token-cipher.ts'
import { endAfter } from './token-lifetime.ts'

export interface GrantKeeperServices {
  readonly grants: Pick<GrantStore, 'replace'>
  readonly cipher: Pick<TokenCipher, 'newSealer'>
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Stores the tokens of a consent, encrypted, in the account's row. */
export class SealingGrantKeeper implements GrantKeeper {
  readonly #services: GrantKeeperServices

  constructor(services: GrantKeeperServices) {
    this.#services = services
  }

  async keep(
    { account, profile, answer, consentedBy, requestedBy, requestedBySub }: NewGrant,
    options: { readonly unlessOneHolds?: boolean } = {},
  ): Promise<boolean> {
    const { grants, cipher, now } = this.#services
    const { accessToken, refreshToken, expiresIn, refreshExpiresIn } = answer
    if (refreshToken === undefined) throw new OAuth2Error(oauth2Finding('no-refresh-token'))
    const grantKey = consentKeyOf(account.accountId)
    using sealer = await cipher.newSealer(grantKey)
    const time = now()
    const at = new Date(time).toISOString()
    const grant = {
      grantKey,
      ...consentedFor(account, profile),
      state: 'connected' as const,
      consentedBy,
      consentedAt: at,
      requestedBy,
      requestedBySub,
      refreshedAt: at,
      accessExpiresAt: endAfter(expiresIn, time),
      refreshExpiresAt: endAfter(refreshExpiresIn, time),
      ...sealer.seal({ accessToken, refreshToken }),
    }
    return await grants.replace(grant, options)
  }
}
