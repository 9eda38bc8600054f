import { isDeepStrictEqual } from 'node:util'
import { comparableIdentity, comparableName } from '../text/comparable-name.ts'
import type { Account } from './account.ts'
import { accountTypeFacts } from './account-type.ts'
import { canonicalHost } from './mail-host.ts'

type MailboxFields = Pick<Account, 'type' | 'host' | 'username' | 'mailbox' | 'folder'>

/** Whose mailbox it is for the mail server: what a session logs in as. */
export const mailboxUserOf = ({ username, mailbox }: Pick<Account, 'username' | 'mailbox'>): string =>
  mailbox ?? username

/** One spelling of each mailbox's user. Hardly any server has two mailboxes whose names differ only in case (decision 0029). */
const canonicalUser = (account: Pick<Account, 'username' | 'mailbox'>): string => {
  // Mail servers prepare user names in a similar way (SASLprep, RFC 4013): these spellings open one mailbox.
  const user = comparableName(mailboxUserOf(account))
  const at = user.lastIndexOf('@') + 1
  return user.slice(0, at) + (at === 0 ? user : canonicalHost(user.slice(at)))
}

/** Only INBOX has no case (RFC 9051 section 5.1). What separates levels is up to the server, so other names are compared as they are. */
const canonicalFolder = (folder = ''): string => (folder.toUpperCase() === 'INBOX' ? 'INBOX' : folder)

/**
 * Which mailbox an account empties: two accounts with one key would race for its mail. At most some 1,700 bytes
 * (DynamoDB allows 2,048).
 */
export const mailboxKeyOf = (account: MailboxFields): string =>
  JSON.stringify([...mailStoreOf(account), canonicalFolder(account.folder)])

/** The key of earlier versions, under which claims may still be stored. */
export const formerMailboxKeyOf = (account: MailboxFields): string =>
  JSON.stringify([
    accountTypeFacts(account.type).protocol,
    account.host.toLowerCase(),
    comparableIdentity(mailboxUserOf(account)),
    account.folder ?? '',
  ])

const mailStoreOf = (account: MailboxFields): string[] => [
  accountTypeFacts(account.type).protocol,
  canonicalHost(account.host),
  canonicalUser(account),
]

/** The part of the mailbox that message ids hang on: when it changes, the account's mailbox epoch rises. Another spelling is no change. */
export const isSameMailStore = (before: MailboxFields, after: MailboxFields): boolean =>
  isDeepStrictEqual(mailStoreOf(before), mailStoreOf(after))
