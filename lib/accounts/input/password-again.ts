import { accountTypeFacts } from '../../mailbox/account-type.ts'
import type { Account } from '../account.ts'
import { canonicalHost } from '../fields/field-formats.ts'
import type { Draft } from './account-input-schema.ts'

type Destination = Pick<Account, 'host' | 'type'>

/**
 * Prevents callers, who cannot read the stored password, from having it sent to a server of their choice or
 * unencrypted.
 * @returns why the password stored for `before` must be sent again for `after`; undefined if the stored one can be used
 */
export const passwordAgain = (before: Destination, after: Destination): string | undefined => {
  if (canonicalHost(before.host) !== canonicalHost(after.host))
    return 'is required again, because a stored password is never sent to another host'
  const inClear = ({ type }: Destination) => accountTypeFacts[type].security === 'clear'
  return inClear(after) && !inClear(before)
    ? 'is required again, because the stored password is not sent unencrypted'
    : undefined
}

/** @returns the error for a change without a password; undefined if the stored password can be used */
export const withoutPasswordFor =
  (current: Account) =>
  ({ valid: { authentication, host, type } }: Draft): string | undefined => {
    if (current.credential.method !== 'password') return noneStored
    if (authentication !== 'password' || host === undefined || type === undefined) return undefined
    return passwordAgain(current, { host, type })
  }

const noneStored = 'is missing. The account has logged in with OAuth2 so far, so no password is stored'
