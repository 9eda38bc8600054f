import type { Account } from '../../accounts/account.ts'
import type { Profile } from '../profiles/profile.ts'
import type { Provider } from '../providers/provider.ts'
import type { TokenClaims } from './token-claims.ts'

/** A token's owner, and the account that it is used for. */
export interface TokenUse {
  readonly claims: TokenClaims | undefined
  /** The person who consented, as recorded at that time. It is used if the token itself does not name the person. */
  readonly consentedBy?: string | undefined
  readonly account: Pick<Account, 'type' | 'username' | 'mailbox'>
  readonly profile: Pick<Profile, 'grant' | 'tenant' | 'clientId'>
  readonly provider: Pick<Provider, 'kind'>
}

/** A mail server's rejection of a token. */
export interface RefusedLogin extends TokenUse {
  /** A code of the mailbox error catalogue. */
  readonly code: string
  /** The server's own words, printable and bounded, possibly with other text around them. */
  readonly detail: string
}

/** @returns undefined if access is app-only or no person is known */
export const personOfUse = ({ claims, consentedBy, profile }: TokenUse): string | undefined =>
  profile.grant === 'client_credentials' ? undefined : (claims?.person ?? consentedBy)

/** Mail addresses and sign-in names are compared without case. */
export const isSamePerson = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()
