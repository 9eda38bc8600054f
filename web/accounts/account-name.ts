import type { AccountSummary } from './summaries.ts'

/** @returns what people call the account: the address of its mailbox, with the server or the folder where that is not enough */
export const accountName = ({
  mailbox,
  username,
  host,
  folder,
}: Pick<AccountSummary, 'mailbox' | 'username' | 'host' | 'folder'>): string => {
  const owner = mailbox ?? username
  const place = owner.includes('@') ? owner : `${owner} on ${host}`
  return folder === undefined || folder === 'INBOX' ? place : `${place}, folder ${folder}`
}
