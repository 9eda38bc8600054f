import type { Account } from '../../accounts/account.ts'
import type { TokenAnswer } from '../authorization/authorization-server.ts'

export interface AccessToken {
  readonly accessToken: string
  /** ISO 8601; absent where the server tells no end. */
  readonly expiresAt?: string | undefined
}

/** The port a mail session gets its token from. */
export interface AccessTokens {
  /**
   * A token that is good for some minutes more; refreshed, or fetched with the client's own credentials, where needed, by one caller at a time.
   * @param refused a token the mail server did not take: another one is got
   * @throws OAuth2Error
   */
  tokenFor(account: Account, options?: { readonly refused?: string }): Promise<AccessToken>
}

/** Who consented to what; what the callback hands over. */
export interface NewGrant {
  readonly account: Account
  readonly answer: TokenAnswer
  readonly consentedBy?: string | undefined
  readonly requestedBy: string
}

export interface GrantKeeper {
  /** Replaces whatever grant the account had, and ends its re-authorization. */
  keep(grant: NewGrant): Promise<void>
}
