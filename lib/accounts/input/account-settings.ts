import { accountTypeFacts } from '../../mailbox/account-type.ts'
import { type Account, defaultMaxMessageSize } from '../account.ts'
import type { AccountInput } from './account-input.ts'

/** The settings of an account that a caller chooses, as stored in its row. The credential is not part of them. */
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

/**
 * A caller may send the user's own address as `mailbox`. It is omitted, because it is part of the mailbox's identity.
 */
const mailboxOf = ({ mailbox, username }: { readonly mailbox?: string | undefined; readonly username: string }) =>
  mailbox !== undefined && mailbox.toLowerCase() !== username.toLowerCase() ? { mailbox } : {}

/**
 * Converts a stored account to a request body without the password, so that a merge patch can be applied to it. It
 * omits defaults of the type and the provider. A patch of the type then also changes the port and the host.
 * @param proposedHost the host that an OAuth2 account gets if the request contains none
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
