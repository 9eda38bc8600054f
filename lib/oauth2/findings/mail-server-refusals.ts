import type { OAuth2Finding } from '../oauth2-error.ts'
import {
  findingOfRules,
  type Login,
  type LoginRule,
  loginFactsOf,
  type RefusedLogin,
  type TokenUse,
} from './login-rules.ts'
import { microsoftApplications, microsoftClaims, microsoftMailboxes } from './microsoft-logins.ts'
import { isSamePerson } from './token-claims.ts'

/**
 * Mailbox error codes that can concern the token. For all other codes the mailbox error's own words are more precise.
 */
const aboutToken: ReadonlySet<string> = new Set(['token-refused', 'credentials-rejected', 'mailbox-refused'])

/**
 * Finds the cause and remedy when a mail server rejects a login even though the provider issued a token.
 * @returns undefined if the failure is not about the token
 */
export const findingOfLogin = (refused: RefusedLogin): OAuth2Finding | undefined => {
  const login = loginFactsOf(refused)
  return aboutToken.has(login.code) || login.isNotConnected ? findingOfRules(rules, login) : undefined
}

/**
 * Checks a token's own claims, without asking a mail server.
 * @returns undefined if nothing is wrong or the claims cannot be read
 */
export const findingOfClaims = (use: TokenUse): OAuth2Finding | undefined =>
  findingOfRules(microsoftClaims, loginFactsOf({ ...use, code: '', detail: '' }))

/**
 * How servers report that the protocol is disabled: Gmail ("Your account is not enabled for IMAP use", "… for POP
 * access", "IMAP access is disabled for your domain"), Exchange ("Protocol disabled"), Yandex and others ("IMAP is
 * disabled").
 */
const protocolIsOff =
  /not enabled for (imap|pop)|(imap4?|pop3?)\b.{0,20}\b(disabled|switched off|not (enabled|allowed))|protocol (is )?disabled/i

const isForSharedMailbox = ({ account: { username, mailbox = username } }: Login): boolean =>
  !isSamePerson(mailbox, username)

const gmailAccess = '“Apps”, “Google Workspace”, “Gmail”, “End User Access”'

const rules: readonly LoginRule[] = [
  {
    kind: 'google',
    when: ({ detail }) => protocolIsOff.test(detail),
    code: 'protocol-disabled',
    texts: ({ protocol, shownProtocol, user }) => ({
      detail: `${shownProtocol} is disabled for ${user}.`,
      remedy:
        `In Gmail’s settings, under “Forwarding and POP/IMAP”, enable ${protocol}. To enable it for the whole organisation, go to ` +
        `${gmailAccess}, “POP and IMAP access” in the Google Admin console. The change takes up to 24 hours.`,
    }),
  },
  {
    when: ({ detail }) => protocolIsOff.test(detail),
    code: 'protocol-disabled',
    texts: ({ shownProtocol, user }) => ({ detail: `${shownProtocol} is disabled for ${user}.` }),
  },
  ...microsoftClaims,
  { when: ({ detail }) => /insufficient_scope/i.test(detail), code: 'scope-missing' },
  ...microsoftApplications,
  { when: ({ isApplication, isNotConnected }) => isApplication && isNotConnected, code: 'application-not-permitted' },
  { when: ({ isApplication }) => isApplication, code: 'token-refused' },
  {
    when: ({ person, account }) => person !== undefined && !isSamePerson(person, account.username),
    code: 'wrong-person',
    texts: ({ person, user, account: { username } }) => ({
      detail: `${person} gave consent but may not open the mailbox ${user}. The consent was expected from ${username}.`,
      remedy:
        `Connect the account again, and sign in as ${username} in a private browser window. If ${person} is meant to open the mailbox, give ${person} ` +
        `full access to it, and set the account’s \`username\` to ${person} and its \`mailbox\` to ${user}.`,
    }),
  },
  {
    kind: 'google',
    when: isForSharedMailbox,
    code: 'mailbox-not-permitted',
    texts: ({ user, account: { username } }) => ({
      detail: `Google tokens open only the mailbox of the person who consented, so ${username} cannot open ${user}.`,
      remedy: `Set the account’s \`username\` to ${user} and remove its \`mailbox\`. Then connect the account again and sign in as ${user}.`,
    }),
  },
  {
    when: isForSharedMailbox,
    code: 'mailbox-not-permitted',
    texts: ({ user, account: { username }, provider: { kind } }) => ({
      detail: `${username} gave consent but does not have full access to the mailbox ${user}.`,
      ...(kind === 'microsoft' && {
        remedy: `In the Exchange admin center, go to “Mailboxes”, ${user}, “Delegation”, “Read and manage (Full Access)”, and add ${username}. The change takes up to an hour.`,
      }),
    }),
  },
  ...microsoftMailboxes,
  { when: ({ isNotConnected }) => isNotConnected, code: 'not-connected' },
  {
    kind: 'google',
    code: 'token-refused',
    texts: ({ account: { username } }) => ({
      detail: `Google rejects the token for ${username}. Usually another Google account gave consent, or the organisation allows IMAP only for certain mail clients.`,
      remedy:
        `Connect the account again, and sign in as ${username} in a private browser window. If the problem persists, go to ` +
        `${gmailAccess} in the Google Admin console and check “POP and IMAP access”.`,
    }),
  },
  { code: 'token-refused' },
]
