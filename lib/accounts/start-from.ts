import type { Account } from './account.ts'
import type { AccountSettings } from './account-settings.ts'
import { mailboxKeyOf } from './mailbox-key.ts'

type Start = Pick<Account, 'startFrom' | 'startsAt'>

/**
 * From when on mail is collected, ISO 8601; undefined for everything. `new` counts from the moment it was chosen for this mailbox.
 * @param before the account as it is; undefined for a new one
 */
export const startsAtOf = (settings: AccountSettings, before: Account | undefined, now: Date): Start['startsAt'] => {
  const { startFrom } = settings
  if (startFrom === 'everything') return undefined
  if (startFrom !== 'new') return new Date(startFrom.since).toISOString()
  const goesOn = before?.startFrom === 'new' && mailboxKeyOf(before) === mailboxKeyOf(settings)
  return goesOn ? before.startsAt : now.toISOString()
}
