import type { Account } from './account.ts'
import type { AccountSettings } from './input/account-settings.ts'
import { mailboxKeyOf } from './mailbox-key.ts'

type Start = Pick<Account, 'startFrom' | 'startsAt'>

/**
 * Mail that arrived before this time is not collected. `new` counts from the time when it was chosen for this mailbox.
 * @param before the stored account; undefined for a new account
 * @returns a time in ISO 8601; undefined if everything is collected
 */
export const startsAtOf = (settings: AccountSettings, before: Account | undefined, now: Date): Start['startsAt'] => {
  const { startFrom } = settings
  if (startFrom === 'everything') return undefined
  if (startFrom !== 'new') return new Date(startFrom.since).toISOString()
  const goesOn = before?.startFrom === 'new' && mailboxKeyOf(before) === mailboxKeyOf(settings)
  return goesOn ? before.startsAt : now.toISOString()
}
