import type { Account } from '../../accounts/account.ts'
import type { Profile } from '../profiles/profile.ts'
import type { Provider } from '../providers/provider.ts'
import type { TokenClaims } from './token-claims.ts'

/** Whose token it is, and what it is to open. */
export interface TokenUse {
  readonly claims: TokenClaims | undefined
  /** Who consented, where the token itself does not tell: as it was told then. */
  readonly consentedBy?: string | undefined
  readonly account: Pick<Account, 'type' | 'username' | 'mailbox'>
  readonly profile: Pick<Profile, 'grant' | 'tenant' | 'clientId'>
  readonly provider: Pick<Provider, 'kind'>
}

/** What a mail server said of a token. */
export interface RefusedLogin extends TokenUse {
  /** Of the mailbox error catalogue. */
  readonly code: string
  /** The server's own, printable and bounded; others may stand around them. */
  readonly words: string
}

/** Undefined where only an application, and no person, was let in, or nobody told. */
export const personOfUse = ({ claims, consentedBy, profile }: TokenUse): string | undefined =>
  profile.grant === 'client_credentials' ? undefined : (claims?.person ?? consentedBy)

/** Mail addresses and sign-in names are compared without case. */
export const isSamePerson = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()
