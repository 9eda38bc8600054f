import { accountTypeFacts } from '../../accounts/account-type.ts'
import { mailboxUserOf } from '../../accounts/mailbox-key.ts'
import { authenticatedButNotConnected } from '../../mailbox/refused-login.ts'
import type { OAuth2Finding } from '../oauth2-error.ts'
import { microsoftApplicationFinding, microsoftClaimsFinding, microsoftMailboxFinding } from './microsoft-logins.ts'
import { oauth2Findings } from './oauth2-findings.ts'
import { isSamePerson, personOfUse, type RefusedLogin, type TokenUse } from './refused-login.ts'

/** Codes of the mailbox error catalogue that say something about who wanted in; of all others the catalogue's own words say more. */
const aboutToken: ReadonlySet<string> = new Set(['token-refused', 'credentials-rejected', 'mailbox-refused'])

/**
 * Servers that say so: Gmail ("Your account is not enabled for IMAP use", "… for POP access", "IMAP access is disabled for your domain"),
 * Exchange ("Protocol disabled"), Yandex and others ("IMAP is disabled").
 */
const protocolIsOff =
  /not enabled for (imap|pop)|(imap4?|pop3?)\b.{0,20}\b(disabled|switched off|not (enabled|allowed))|protocol (is )?disabled/i

/** Cause and remedy of a login that a mail server refused although the provider gave a token; undefined where that is not about the token. */
export const findingOfLogin = (login: RefusedLogin): OAuth2Finding | undefined => {
  const { code, words, provider, profile } = login
  const isNotConnected = authenticatedButNotConnected.test(words)
  if (!aboutToken.has(code) && !isNotConnected) return undefined
  if (protocolIsOff.test(words)) return protocolFinding(login)
  const byClaims = findingOfClaims(login)
  if (byClaims) return byClaims
  if (/insufficient_scope/i.test(words)) return oauth2Findings['scope-missing']
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

/** What a token's own claims tell before any mail server is asked; undefined where nothing is wrong or they cannot be read. */
export const findingOfClaims = (use: TokenUse): OAuth2Finding | undefined =>
  use.provider.kind === 'microsoft' ? microsoftClaimsFinding(use) : undefined

const personFinding = (login: RefusedLogin): OAuth2Finding | undefined => {
  const { username } = login.account
  const person = personOfUse(login)
  if (person === undefined || isSamePerson(person, username)) return undefined
  const mailbox = mailboxUserOf(login.account)
  return {
    ...oauth2Findings['wrong-person'],
    words: `${person} consented, and may not open the mailbox ${mailbox}; ${username} was expected to consent.`,
    remedy:
      `Connect the account again, and sign in as ${username} in a private browser window. If ${person} is meant to open it, give ${person} full ` +
      `access, and set the account’s \`username\` to ${person} and its \`mailbox\` to ${mailbox}.`,
  }
}

const sharedMailboxFinding = ({ account, provider }: RefusedLogin): OAuth2Finding | undefined => {
  const { username, mailbox } = account
  if (mailbox === undefined || isSamePerson(mailbox, username)) return undefined
  const finding = oauth2Findings['mailbox-not-permitted']
  if (provider.kind === 'google')
    return {
      ...finding,
      words: `Google opens to a token only the mailbox of the person who consented, not ${mailbox} for ${username}.`,
      remedy: `Have ${mailbox} itself consent: set the account’s \`username\` to it and remove its \`mailbox\`.`,
    }
  return {
    ...finding,
    words: `${username} consented, but has no full access to the mailbox ${mailbox}.`,
    remedy:
      provider.kind === 'microsoft'
        ? `In the Exchange admin center, “Mailboxes”, ${mailbox}, “Delegation”, “Read and manage (Full Access)”: add ${username}. It takes up to an hour to work.`
        : finding.remedy,
  }
}

const protocolFinding = ({ account, provider }: RefusedLogin): OAuth2Finding => {
  const isImap = accountTypeFacts(account.type).protocol === 'imap'
  const finding = {
    ...oauth2Findings['protocol-disabled'],
    words: `${isImap ? 'IMAP' : 'POP3'} is switched off for ${mailboxUserOf(account)}.`,
  }
  if (provider.kind !== 'google') return finding
  return {
    ...finding,
    remedy:
      `In Gmail’s settings, “Forwarding and POP/IMAP”, enable ${isImap ? 'IMAP' : 'POP'}; for the whole organisation, in the Google Admin console: ` +
      '“Apps”, “Google Workspace”, “Gmail”, “End User Access”, “POP and IMAP access”. It takes up to 24 hours to work.',
  }
}

const googleFinding = ({ account }: RefusedLogin): OAuth2Finding => ({
  ...oauth2Findings['token-refused'],
  words: `Google refuses the token for ${account.username}: mostly another Google account consented, or the organisation allows IMAP to listed mail clients only.`,
  remedy:
    `Connect the account again, and sign in as ${account.username} in a private browser window. If it stays, check in the Google Admin console: ` +
    '“Apps”, “Google Workspace”, “Gmail”, “End User Access”, “POP and IMAP access”.',
})
