import type { Account } from '../../accounts/account.ts'
import type { TokenAnswer } from '../authorization/authorization-server.ts'
import type { Profile } from '../profiles/profile.ts'

export interface AccessToken {
  readonly accessToken: string
  /** ISO 8601. Absent if the server reports no expiry. */
  readonly expiresAt?: string | undefined
}

export interface TokenOptions {
  /** A token that the mail server rejected. Another one is requested. */
  readonly refused?: string | undefined
  /** Ends the waiting. The result of a request that has begun is stored anyway. */
  readonly signal?: AbortSignal | undefined
}

/** The fields of an account that determine its token. The account need not be saved. */
export type TokenAccount = Pick<Account, 'accountId' | 'credential' | 'type' | 'username' | 'host'>

/** The port from which a mail session gets its token. */
export interface AccessTokens {
  /**
   * Returns a token for the account's host only. Hosts that may not receive it are rejected before a request is sent or
   * a token is decrypted. The token is valid for at least a few more minutes. If necessary, one caller at a time
   * refreshes or requests it. Returns or throws within about 35 s.
   * @throws OAuth2Error
   */
  tokenFor(account: TokenAccount, options?: TokenOptions): Promise<AccessToken>
}

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

export interface GrantKeeper {
  /**
   * Replaces the account's grant and ends its need for re-authorization.
   * @param unlessOneHolds if true, a connected grant that matches the account is not replaced, and the result is false
   * @throws OAuth2Error `no-refresh-token`: nothing was changed
   */
  keep(grant: NewGrant, options?: { readonly unlessOneHolds?: boolean }): Promise<boolean>
}
