import type { AccountSettings } from '../../../lib/accounts/account-settings.ts'
import { accountTypeFacts } from '../../../lib/accounts/account-type.ts'

/** Names are the API's spelling. */
export interface QueueReference {
  readonly queueId: string
  readonly name: string
}

/** What a file says of an account, with every default filled in. */
export interface DescribedAccount extends Omit<AccountSettings, 'dispatching'> {
  /** Absent for dispatching by the To field. */
  readonly queue?: QueueReference
}

export interface StoredAccount extends DescribedAccount {
  readonly accountId: string
}

type MailboxFields = Pick<DescribedAccount, 'type' | 'host' | 'username' | 'folder'>

/** What tells accounts apart for people and in the file of passwords. */
export const accountName = ({ type, host, username, folder }: MailboxFields): string => {
  const where = `${username} at ${host}`
  if (accountTypeFacts(type).protocol === 'pop3') return `${where}, POP3`
  return folder === undefined || folder === 'INBOX' ? where : `${where}, folder ${folder}`
}

/** By host and username, in the order of their characters, so that it is the same on every machine. */
export const byMailbox = (one: MailboxFields, other: MailboxFields): number =>
  inOrder(one.host, other.host) ||
  inOrder(one.username, other.username) ||
  inOrder(accountName(one), accountName(other))

const inOrder = (one: string, other: string): number => (one === other ? 0 : one < other ? -1 : 1)
