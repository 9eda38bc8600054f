import { mailboxUserOf } from '../../../lib/accounts/account-mailbox.ts'
import type { AccountSettings } from '../../../lib/accounts/input/parse-account-input.ts'
import { accountTypeFacts } from '../../../lib/mailbox/account-type.ts'

/** The name has the same spelling as in the API. */
export interface QueueReference {
  readonly queueId: string
  readonly name: string
}

export interface ProfileReference {
  readonly profileId: string
  readonly name: string
}

/** An account in a file, with every default filled in. */
export interface DescribedAccount extends Omit<AccountSettings, 'dispatching'> {
  /** Absent for dispatching by the To field. */
  readonly queue?: QueueReference
  /** Absent for a login with a password. */
  readonly oauth2Profile?: ProfileReference
}

export interface StoredAccount extends DescribedAccount {
  readonly accountId: string
}

type MailboxFields = Pick<DescribedAccount, 'type' | 'host' | 'username' | 'mailbox' | 'folder'>

/** @returns the name that identifies the account to people and in the passwords file */
export const accountName = ({ type, host, folder, ...account }: MailboxFields): string => {
  const where = `${mailboxUserOf(account)} at ${host}`
  if (accountTypeFacts[type].protocol === 'pop3') return `${where}, POP3`
  return folder === undefined || folder === 'INBOX' ? where : `${where}, folder ${folder}`
}

/** Sorts by host and user name in code unit order, so that the order is the same on every machine. */
export const byMailbox = (one: MailboxFields, other: MailboxFields): number =>
  inOrder(one.host, other.host) ||
  inOrder(mailboxUserOf(one), mailboxUserOf(other)) ||
  inOrder(accountName(one), accountName(other))

const inOrder = (one: string, other: string): number => (one === other ? 0 : one < other ? -1 : 1)
