import type { Account } from '../../accounts/account.ts'

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
