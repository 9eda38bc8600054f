import type { Stamp } from '../../changes/versioned-change.ts'
import { accountTypeFacts } from '../../mailbox/account-type.ts'
import type { Account } from '../account.ts'
import { mailboxKeyOf } from '../mailbox-key.ts'
import type { AccountInput } from './account-input.ts'

/** The settings of an account that a caller chooses, as stored in its row. The credential is not part of them. */
export type AccountSettings = Omit<Account, 'accountId' | 'startsAt' | 'credential' | 'mailboxEpoch' | keyof Stamp>

export const settingsOf = (input: AccountInput): AccountSettings => {
  const {
    authentication,
    profileId: _profile,
    mailbox: _mailbox,
    password: _password,
    customCa,
    folder,
    port,
    ...rest
  } = input
  const { protocol, defaultPort } = accountTypeFacts[rest.type]
  return {
    ...rest,
    ...(authentication === 'oauth2' && mailboxOf(input)),
    port: port ?? defaultPort,
    ...(protocol === 'imap' && { folder: folder ?? 'INBOX' }),
    ...(customCa !== undefined && { customCa }),
  }
}

/**
 * A caller may send the user's own address as `mailbox`. It is omitted, because it is part of the mailbox's identity.
 */
const mailboxOf = ({ mailbox, username }: { readonly mailbox?: string | undefined; readonly username: string }) =>
  mailbox !== undefined && mailbox.toLowerCase() !== username.toLowerCase() ? { mailbox } : {}

/**
 * The time before which mail is not collected, in ISO 8601; absent if everything is collected. `new` counts from the
 * time when it was chosen for this mailbox.
 * @param before the stored account; undefined for a new account
 */
export const startsAtOf = (
  settings: AccountSettings,
  before: Account | undefined,
  now: Date,
): Pick<Account, 'startsAt'> => {
  const { startFrom } = settings
  if (startFrom === 'everything') return {}
  if (startFrom !== 'new') return { startsAt: new Date(startFrom.since).toISOString() }
  const goesOn = before?.startFrom === 'new' && mailboxKeyOf(before) === mailboxKeyOf(settings)
  if (!goesOn) return { startsAt: now.toISOString() }
  return before.startsAt === undefined ? {} : { startsAt: before.startsAt }
}
