import type { AccountSummary } from '../summaries.ts'

/** Which part of the accounts the list shows. */
export type Part = 'all' | 'problem' | 'invalid'

export const isPart = (value: string): value is Part => value === 'problem' || value === 'invalid' || value === 'all'

export const isInPart = (account: AccountSummary, part: Part): boolean =>
  part === 'all' ||
  (part === 'invalid'
    ? account.validity !== 'valid'
    : account.health.state === 'failing' || account.health.state === 'warning')

/** The texts of accounts that a filter has already read. An account that changes is another object. */
const texts = new WeakMap<AccountSummary, string>()

/** @returns what the filter searches, in lower case */
const textOf = (account: AccountSummary): string => {
  const known = texts.get(account)
  if (known !== undefined) return known
  const { host, username, mailbox, type, comment, folder, health, validity, dispatching, oauth2 } = account
  const queue = dispatching.by === 'queue' ? (dispatching.queueName ?? '') : 'by recipient'
  const words = [
    username,
    mailbox,
    host,
    type,
    queue,
    comment,
    folder,
    validity,
    health.state,
    health.detail,
    oauth2?.profileName,
  ]
  const text = words
    .filter((word) => word !== undefined)
    .join(' ')
    .toLowerCase()
  texts.set(account, text)
  return text
}

/** @returns the accounts that contain every word of the filter */
export const matching = (accounts: readonly AccountSummary[], filter: string, part: Part): AccountSummary[] => {
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  return accounts.filter((account) => isInPart(account, part) && words.every((word) => textOf(account).includes(word)))
}
