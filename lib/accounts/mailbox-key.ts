import { isDeepStrictEqual } from 'node:util'
import { accountTypeFacts } from '../mailbox/account-type.ts'
import { comparableIdentity, comparableName } from '../text/names.ts'
import type { Account } from './account.ts'
import { canonicalHost } from './fields/mail-host.ts'
import { canonicalFolder } from './fields/texts.ts'

export type MailboxFields = Pick<Account, 'type' | 'host' | 'username' | 'mailbox' | 'folder'>

/** The user that a session logs in as, which is the owner of the mailbox for the mail server. */
export const mailboxUserOf = ({ username, mailbox }: Pick<Account, 'username' | 'mailbox'>): string =>
  mailbox ?? username

/** The account's name for people. */
export const accountNameOf = (account: Pick<Account, 'username' | 'mailbox' | 'host'>): string =>
  `${mailboxUserOf(account)} on ${account.host}`

/**
 * Returns one spelling for each mailbox's user. Hardly any server has two mailboxes whose names differ only in case
 * (decision 0029).
 */
const canonicalUser = (account: Pick<Account, 'username' | 'mailbox'>): string => {
  // Mail servers normalise user names in a similar way (SASLprep, RFC 4013), so these spellings open the same mailbox.
  const user = comparableName(mailboxUserOf(account))
  const at = user.lastIndexOf('@') + 1
  return user.slice(0, at) + (at === 0 ? user : canonicalHost(user.slice(at)))
}

/**
 * Identifies the mailbox that an account collects. Two accounts with the same key would compete for its mail. A key has
 * at most about 1,700 bytes (DynamoDB allows 2,048).
 */
export const mailboxKeyOf = (account: MailboxFields): string =>
  JSON.stringify([...mailStoreOf(account), canonicalFolder(account.folder ?? '')])

/** The key of earlier versions, under which claims may still be stored. */
export const formerMailboxKeyOf = (account: MailboxFields): string =>
  JSON.stringify([
    accountTypeFacts[account.type].protocol,
    account.host.toLowerCase(),
    comparableIdentity(mailboxUserOf(account)),
    account.folder ?? '',
  ])

const mailStoreOf = (account: MailboxFields): string[] => [
  accountTypeFacts[account.type].protocol,
  canonicalHost(account.host),
  canonicalUser(account),
]

/**
 * Whether the part of the mailbox that is used in message ids stays the same. If it changes, the account's mailbox
 * epoch increases. Another spelling is not a change.
 */
export const isSameMailStore = (before: MailboxFields, after: MailboxFields): boolean =>
  isDeepStrictEqual(mailStoreOf(before), mailStoreOf(after))
