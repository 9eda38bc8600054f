import type { Account } from '../../accounts/account.ts'
import type { TokenAnswer } from '../authorization/authorization-server.ts'
import type { Profile } from '../profiles/profile.ts'

export interface AccessToken {
  readonly accessToken: string
  /** ISO 8601; absent where the server tells no end. */
  readonly expiresAt?: string | undefined
}

export interface TokenOptions {
  /** A token the mail server did not take: another one is got. */
  readonly refused?: string | undefined
  /** Ends the waiting. What was begun at the provider is written down all the same. */
  readonly signal?: AbortSignal | undefined
}

/** All of an account that decides about its token; it may be one that is not saved. */
export type TokenAccount = Pick<Account, 'accountId' | 'credential' | 'type' | 'username' | 'host'>

/** The port a mail session gets its token from. */
export interface AccessTokens {
  /**
   * Returns a token for the account's host only: hosts that may not receive it are refused before a request is sent or
   * a token is decrypted. The token is valid for some more minutes. If necessary, one caller at a time refreshes or
   * requests it. Answers or throws within some 35 s.
   * @throws OAuth2Error
   */
  tokenFor(account: TokenAccount, options?: TokenOptions): Promise<AccessToken>
}

/** Who consented to what; what the callback hands over. */
export interface NewGrant {
  readonly account: Account
  /** As it was when the code was exchanged. */
  readonly profile: Profile
  readonly answer: TokenAnswer
  readonly consentedBy?: string | undefined
  readonly requestedBy: string
  readonly requestedBySub?: string | undefined
}

export interface GrantKeeper {
  /**
   * Replaces whatever grant the account had, and ends its re-authorization.
   * @param unlessOneHolds false is answered, and nothing changed, while the account has a grant that is connected and
   * fits it
   * @throws OAuth2Error `no-refresh-token`: nothing was changed
   */
  keep(grant: NewGrant, options?: { readonly unlessOneHolds?: boolean }): Promise<boolean>
}
