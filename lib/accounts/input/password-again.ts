import * as z from 'zod'
import { accountTypeFacts, accountTypes } from '../../mailbox/account-type.ts'
import type { Account } from '../account.ts'
import { canonicalHost, hostSchema } from '../fields/mail-host.ts'

type Destination = Pick<Account, 'host' | 'type'>

/**
 * Prevents callers, who cannot read the stored password, from having it sent to a server of their choice or
 * unencrypted.
 * @returns why the password stored for `before` must be sent again for `after`; undefined if the stored one can be used
 */
export const passwordAgain = (before: Destination, after: Destination): string | undefined => {
  if (canonicalHost(before.host) !== canonicalHost(after.host))
    return 'is required again, because a stored password is never sent to another host'
  const inClear = ({ type }: Destination) => accountTypeFacts(type).security === 'clear'
  return inClear(after) && !inClear(before)
    ? 'is required again, because the stored password is not sent unencrypted'
    : undefined
}

const destinationSchema = z.object({
  host: hostSchema,
  type: z.enum(accountTypes),
  authentication: z.literal('password'),
})

/** Like `passwordAgain`, for the body of a change. The schemas of host and type report invalid values. */
export const passwordAgainFor = (current: Account, changed: unknown): string | undefined => {
  if (current.credential.method !== 'password') return noneStored
  const after = destinationSchema.safeParse(changed)
  return after.success ? passwordAgain(current, after.data) : undefined
}

const noneStored = 'is missing. The account has logged in with OAuth2 so far, so no password is stored'
