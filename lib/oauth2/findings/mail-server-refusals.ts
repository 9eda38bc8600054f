import { mailboxUserOf } from '../../accounts/mailbox-key.ts'
import { accountTypeFacts } from '../../mailbox/account-type.ts'
import { authenticatedButNotConnected } from '../../mailbox/refused-login.ts'
import type { OAuth2Finding } from '../oauth2-error.ts'
import { microsoftApplicationFinding, microsoftClaimsFinding, microsoftMailboxFinding } from './microsoft-logins.ts'
import { oauth2Findings } from './oauth2-findings.ts'
import { isSamePerson, personOfUse, type RefusedLogin, type TokenUse } from './refused-login.ts'

/**
 * Mailbox error codes that can concern the token. For all other codes the mailbox error's own words are more precise.
 */
const aboutToken: ReadonlySet<string> = new Set(['token-refused', 'credentials-rejected', 'mailbox-refused'])

/**
 * How servers report that the protocol is disabled: Gmail ("Your account is not enabled for IMAP use", "… for POP
 * access", "IMAP access is disabled for your domain"), Exchange ("Protocol disabled"), Yandex and others ("IMAP is
 * disabled").
 */
const protocolIsOff =
  /not enabled for (imap|pop)|(imap4?|pop3?)\b.{0,20}\b(disabled|switched off|not (enabled|allowed))|protocol (is )?disabled/i

/**
 * Finds the cause and remedy when a mail server rejects a login although the provider issued a token.
 * @returns undefined if the failure is not about the token
 */
export const findingOfLogin = (login: RefusedLogin): OAuth2Finding | undefined => {
  const { code, detail, provider, profile } = login
  const isNotConnected = authenticatedButNotConnected.test(detail)
  if (!aboutToken.has(code) && !isNotConnected) return undefined
  if (protocolIsOff.test(detail)) return protocolFinding(login)
  const byClaims = findingOfClaims(login)
  if (byClaims) return byClaims
  if (/insufficient_scope/i.test(detail)) return oauth2Findings['scope-missing']
  if (profile.grant === 'client_credentials')
    return provider.kind === 'microsoft'
      ? microsoftApplicationFinding(login, isNotConnected)
      : oauth2Findings[isNotConnected ? 'application-not-permitted' : 'token-refused']
  const byPerson = personFinding(login) ?? sharedMailboxFinding(login)
  if (byPerson) return byPerson
  if (provider.kind === 'microsoft' && login.claims) return microsoftMailboxFinding(login, isNotConnected)
  if (isNotConnected) return oauth2Findings['not-connected']
  return provider.kind === 'google' ? googleFinding(login) : oauth2Findings['token-refused']
}

/**
 * Checks a token's own claims, without asking a mail server.
 * @returns undefined if nothing is wrong or the claims cannot be read
 */
export const findingOfClaims = (use: TokenUse): OAuth2Finding | undefined =>
  use.provider.kind === 'microsoft' ? microsoftClaimsFinding(use) : undefined

const personFinding = (login: RefusedLogin): OAuth2Finding | undefined => {
  const { username } = login.account
  const person = personOfUse(login)
  if (person === undefined || isSamePerson(person, username)) return undefined
  const mailbox = mailboxUserOf(login.account)
  return {
    ...oauth2Findings['wrong-person'],
    detail: `${person} gave consent but may not open the mailbox ${mailbox}. The consent was expected from ${username}.`,
    remedy:
      `Connect the account again, and sign in as ${username} in a private browser window. If ${person} is meant to open the mailbox, give ${person} ` +
      `full access to it, and set the account’s \`username\` to ${person} and its \`mailbox\` to ${mailbox}.`,
  }
}

const sharedMailboxFinding = ({ account, provider }: RefusedLogin): OAuth2Finding | undefined => {
  const { username, mailbox } = account
  if (mailbox === undefined || isSamePerson(mailbox, username)) return undefined
  const finding = oauth2Findings['mailbox-not-permitted']
  if (provider.kind === 'google')
    return {
      ...finding,
      detail: `Google tokens open only the mailbox of the person who consented, so ${username} cannot open ${mailbox}.`,
      remedy: `Set the account’s \`username\` to ${mailbox} and remove its \`mailbox\`. Then connect the account again and sign in as ${mailbox}.`,
    }
  return {
    ...finding,
    detail: `${username} gave consent but does not have full access to the mailbox ${mailbox}.`,
    remedy:
      provider.kind === 'microsoft'
        ? `In the Exchange admin center, go to “Mailboxes”, ${mailbox}, “Delegation”, “Read and manage (Full Access)”, and add ${username}. The change takes up to an hour.`
        : finding.remedy,
  }
}

const protocolFinding = ({ account, provider }: RefusedLogin): OAuth2Finding => {
  const isImap = accountTypeFacts(account.type).protocol === 'imap'
  const finding = {
    ...oauth2Findings['protocol-disabled'],
    detail: `${isImap ? 'IMAP' : 'POP3'} is disabled for ${mailboxUserOf(account)}.`,
  }
  if (provider.kind !== 'google') return finding
  return {
    ...finding,
    remedy:
      `In Gmail’s settings, under “Forwarding and POP/IMAP”, enable ${isImap ? 'IMAP' : 'POP'}. To enable it for the whole organisation, go to ` +
      '“Apps”, “Google Workspace”, “Gmail”, “End User Access”, “POP and IMAP access” in the Google Admin console. The change takes up to 24 hours.',
  }
}

const googleFinding = ({ account }: RefusedLogin): OAuth2Finding => ({
  ...oauth2Findings['token-refused'],
  detail: `Google rejects the token for ${account.username}. Usually another Google account gave consent, or the organisation allows IMAP only for certain mail clients.`,
  remedy:
    `Connect the account again, and sign in as ${account.username} in a private browser window. If the problem persists, go to ` +
    '“Apps”, “Google Workspace”, “Gmail”, “End User Access” in the Google Admin console and check “POP and IMAP access”.',
})
