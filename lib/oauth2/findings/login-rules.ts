import type { Account } from '../../accounts/account.ts'
import { mailboxUserOf } from '../../accounts/account-mailbox.ts'
import { accountTypeFacts } from '../../mailbox/account-type.ts'
import { authenticatedButNotConnected } from '../../mailbox/refused-login.ts'
import type { OAuth2Finding } from '../oauth2-error.ts'
import type { Profile } from '../profiles/profile.ts'
import type { Provider } from '../providers/provider.ts'
import { type OAuth2FindingCode, oauth2Finding } from './oauth2-findings.ts'
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

/** A rejection with everything that rules ask about it. */
export const loginFactsOf = (login: RefusedLogin) => {
  const isApplication = login.profile.grant === 'client_credentials'
  const isImap = accountTypeFacts[login.account.type].protocol === 'imap'
  return {
    ...login,
    isApplication,
    isNotConnected: authenticatedButNotConnected.test(login.detail),
    /** Undefined if access is app-only or no person is known. */
    person: isApplication ? undefined : (login.claims?.person ?? login.consentedBy),
    /** The mailbox that the login is for. */
    user: mailboxUserOf(login.account),
    /** The names of the protocol in the vendors' settings and to people. */
    protocol: isImap ? 'IMAP' : 'POP',
    shownProtocol: isImap ? 'IMAP' : 'POP3',
  }
}
export type Login = ReturnType<typeof loginFactsOf>

/** One cause of a rejection. A rule without `kind` or `when` matches every provider or every login. */
export interface LoginRule {
  readonly kind?: Provider['kind']
  readonly when?: (login: Login) => boolean
  readonly code: OAuth2FindingCode
  /** Texts that are more precise than the catalogue's. */
  readonly texts?: (login: Login) => { readonly detail?: string; readonly remedy?: string }
}

/** @returns the finding of the first rule that matches */
export const findingOfRules = (rules: readonly LoginRule[], login: Login): OAuth2Finding | undefined => {
  const rule = rules.find(
    ({ kind, when }) => (kind === undefined || kind === login.provider.kind) && (when === undefined || when(login)),
  )
  return rule && oauth2Finding(rule.code, rule.texts?.(login))
}
