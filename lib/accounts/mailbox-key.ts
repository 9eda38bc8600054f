import { comparableIdentity } from '../text/comparable-name.ts'
import type { Account } from './account.ts'
import { accountTypeFacts } from './account-type.ts'

type MailboxFields = Pick<Account, 'type' | 'host' | 'username' | 'mailbox' | 'folder'>

/** Whose mailbox it is for the mail server: what a session logs in as. */
export const mailboxUserOf = ({ username, mailbox }: Pick<Account, 'username' | 'mailbox'>): string =>
  mailbox ?? username

/**
 * Which mailbox an account empties: two accounts with one key would race for its mail. At most some 1,700 bytes
 * (DynamoDB allows 2,048).
 */
export const mailboxKeyOf = (account: MailboxFields): string =>
  JSON.stringify([
    accountTypeFacts(account.type).protocol,
    account.host.toLowerCase(),
    // Mail servers prepare user names in the same way (SASLprep, RFC 4013): both spellings open one mailbox.
    comparableIdentity(mailboxUserOf(account)),
    account.folder ?? '',
  ])

/** The part of the mailbox that message ids hang on: when it changes, the account's mailbox epoch rises. */
export const isSameMailStore = (before: MailboxFields, after: MailboxFields): boolean =>
  accountTypeFacts(before.type).protocol === accountTypeFacts(after.type).protocol &&
  before.host.toLowerCase() === after.host.toLowerCase() &&
  mailboxUserOf(before) === mailboxUserOf(after)
