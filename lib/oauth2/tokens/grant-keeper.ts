import type { Account } from '../../accounts/account.ts'
import type { TokenAnswer } from '../authorization/server-answer.ts'
import { consentedFor } from '../consented-for.ts'
import { oauth2Finding } from '../findings/oauth2-findings.ts'
import { OAuth2Error } from '../oauth2-error.ts'
import type { Profile } from '../profiles/profile.ts'
import { consentKeyOf, endAfter } from './grant.ts'
import type { GrantStore } from './grant-store.ts'
import type { TokenCipher } from './token-cipher.ts'

/** A consent and its tokens, as the callback stores them. */
export interface NewGrant {
  readonly account: Account
  /** The profile at the time of the code exchange. */
  readonly profile: Profile
  readonly answer: TokenAnswer
  readonly consentedBy?: string | undefined
  readonly requestedBy: string
  readonly requestedBySub?: string | undefined
}

export interface GrantKeeperServices {
  readonly grants: Pick<GrantStore, 'replace'>
  readonly cipher: Pick<TokenCipher, 'newSealer'>
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Stores the tokens of a consent, encrypted, in the account's row. */
export class GrantKeeper {
  readonly #services: GrantKeeperServices

  constructor(services: GrantKeeperServices) {
    this.#services = services
  }

  /**
   * Replaces the account's grant and ends its need for re-authorization.
   * @param unlessOneHolds if true, a connected grant that matches the account is not replaced, and the result is false
   * @throws OAuth2Error `no-refresh-token`: nothing was changed
   */
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
