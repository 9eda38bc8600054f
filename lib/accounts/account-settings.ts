import { type Account, defaultMaxMessageSize } from './account.ts'
import type { AccountInput } from './account-input.ts'
import { accountTypeFacts } from './account-type.ts'

/** What a caller decides about an account, as its row holds it: everything but the credential and the bookkeeping. */
export type AccountSettings = Omit<
  Account,
  | 'accountId'
  | 'startsAt'
  | 'credential'
  | 'mailboxEpoch'
  | 'version'
  | 'createdAt'
  | 'createdBy'
  | 'createdBySub'
  | 'changedAt'
  | 'changedBy'
  | 'changedBySub'
>

export const settingsOf = (input: AccountInput): AccountSettings => {
  const { protocol, defaultPort } = accountTypeFacts(input.type)
  return {
    type: input.type,
    username: input.username,
    ...(input.authentication === 'oauth2' && mailboxOf(input)),
    host: input.host,
    port: input.port ?? defaultPort,
    ...(protocol === 'imap' && { folder: input.folder ?? 'INBOX' }),
    trusted: input.trusted,
    dispatching: input.dispatching,
    validity: input.validity,
    comment: input.comment,
    afterFetch: input.afterFetch,
    maxMessageSize: input.maxMessageSize,
    tooLarge: input.tooLarge,
    startFrom: input.startFrom,
    ...(input.customCa !== undefined && { customCa: input.customCa }),
  }
}

/** Whoever consents for his own mailbox may name it twice. One spelling: it is part of the mailbox's identity. */
const mailboxOf = ({ mailbox, username }: { readonly mailbox?: string | undefined; readonly username: string }) =>
  mailbox !== undefined && mailbox.toLowerCase() !== username.toLowerCase() ? { mailbox } : {}

/**
 * The account as its owner would have sent it, without the password: what a merge patch is applied to. Values that are
 * the type's or the provider's own defaults are left out, so that changing the type brings the new type's port and host
 * along.
 * @param proposedHost what an account with OAuth2 would get without a host
 */
export const inputDocumentOf = (account: Account, proposedHost?: string): Record<string, unknown> => ({
  type: account.type,
  authentication: account.credential.method,
  username: account.username,
  ...(account.credential.method === 'oauth2' && { profileId: account.credential.profileId }),
  ...(account.mailbox !== undefined && { mailbox: account.mailbox }),
  ...(account.host !== proposedHost && { host: account.host }),
  ...(account.port !== accountTypeFacts(account.type).defaultPort && { port: account.port }),
  ...(account.folder !== undefined && account.folder !== 'INBOX' && { folder: account.folder }),
  trusted: account.trusted,
  dispatching: account.dispatching,
  validity: account.validity,
  comment: account.comment,
  afterFetch: account.afterFetch,
  tooLarge: account.tooLarge,
  startFrom: account.startFrom,
  ...(account.maxMessageSize !== defaultMaxMessageSize && { maxMessageSize: account.maxMessageSize }),
  ...(account.customCa !== undefined && { customCa: account.customCa }),
})
