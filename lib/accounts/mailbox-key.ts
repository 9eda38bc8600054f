import type { Account } from './account.ts'
import { accountTypeFacts } from './account-type.ts'

type MailboxFields = Pick<Account, 'type' | 'host' | 'username' | 'folder'>

/** Which mailbox an account empties: two accounts with one key would race for its mail. At most some 1,700 bytes (DynamoDB allows 2,048). */
export const mailboxKeyOf = ({ type, host, username, folder }: MailboxFields): string =>
  JSON.stringify([accountTypeFacts(type).protocol, host.toLowerCase(), username, folder ?? ''])

/** The part of the mailbox that message ids hang on: when it changes, the account's mailbox epoch rises. */
export const isSameMailStore = (before: MailboxFields, after: MailboxFields): boolean =>
  accountTypeFacts(before.type).protocol === accountTypeFacts(after.type).protocol &&
  before.host.toLowerCase() === after.host.toLowerCase() &&
  before.username === after.username
