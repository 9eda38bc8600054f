import type { Account } from '../../../../lib/accounts/account.ts'
import { type AccountType, accountTypeFacts } from '../../../../lib/mailbox/account-type.ts'

type SharedField =
  | 'type'
  | 'host'
  | 'port'
  | 'username'
  | 'folder'
  | 'trusted'
  | 'dispatching'
  | 'validity'
  | 'comment'
  | 'afterFetch'
  | 'startFrom'
  | 'maxMessageSize'
  | 'tooLarge'

interface Fields extends Pick<Account, SharedField> {
  readonly authentication: 'password' | 'oauth2'
  readonly profileId: string
  readonly password: string
  /** `null` removes the field from an account. */
  readonly mailbox: string | null
  readonly customCa: string | null
}

/** The fields of an account as the API names them, as far as they are known. */
export type AccountDraft = { readonly [Name in keyof Fields]?: Fields[Name] | undefined }

/** The fields that a connection test covers. */
const connectionFields = [
  'type',
  'host',
  'port',
  'authentication',
  'profileId',
  'username',
  'mailbox',
  'password',
  'folder',
  'customCa',
] as const satisfies readonly (keyof AccountDraft)[]

/** @returns the fields of the connection only, without those that are not set */
export const connectionOf = (draft: AccountDraft): AccountDraft =>
  Object.fromEntries(
    connectionFields.flatMap((name) => {
      const value = draft[name]
      return value === undefined || value === null ? [] : [[name, value]]
    }),
  )

/** @returns a text that is equal for two drafts with the same connection */
export const connectionKeyOf = (draft: AccountDraft): string => {
  const { folder = 'INBOX', ...connection } = connectionOf(draft)
  return JSON.stringify({ ...connection, ...(isImap(draft) && { folder }) })
}

export const isImap = ({ type }: AccountDraft): boolean =>
  type !== undefined && accountTypeFacts[type].protocol === 'imap'

/** @returns the fields that follow from another type: its standard port, and no folders with POP3 */
export const fieldsOfType = (draft: AccountDraft, type: AccountType): AccountDraft => {
  const isStandard = draft.type !== undefined && draft.port === accountTypeFacts[draft.type].defaultPort
  const port = isStandard ? accountTypeFacts[type].defaultPort : draft.port
  if (accountTypeFacts[type].protocol === 'imap') return { type, port }
  const { afterFetch, tooLarge } = draft
  return {
    ...{ type, port, folder: undefined },
    ...(afterFetch?.action === 'move' && { afterFetch: { action: 'keep' } }),
    ...(tooLarge?.action === 'move' && { tooLarge: { action: 'leave' } }),
  }
}
