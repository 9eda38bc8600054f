import * as z from 'zod'
import type { Account } from './account.ts'
import { accountTypeFacts, accountTypes } from './account-type.ts'
import { canonicalHost, hostSchema } from './mail-host.ts'

type Destination = Pick<Account, 'host' | 'type'>

/**
 * Why a password that is stored for `before` has to be sent again for `after`; undefined where the stored one will do. Nobody can read it,
 * so nobody may have it sent to a server of his own choice either, or in clear.
 */
export const passwordAgain = (before: Destination, after: Destination): string | undefined => {
  if (canonicalHost(before.host) !== canonicalHost(after.host))
    return 'is needed again: the stored one is sent to no other host'
  const inClear = ({ type }: Destination) => accountTypeFacts(type).security === 'clear'
  return inClear(after) && !inClear(before) ? 'is needed again: the stored one is not sent unencrypted' : undefined
}

const destinationSchema = z.object({
  host: hostSchema,
  type: z.enum(accountTypes),
  authentication: z.literal('password'),
})

/** As `passwordAgain`, for a change as it is sent; what is wrong with its host and type is reported by their own schemas. */
export const passwordAgainFor = (current: Account, changed: unknown): string | undefined => {
  if (current.credential.method !== 'password') return noneStored
  const after = destinationSchema.safeParse(changed)
  return after.success ? passwordAgain(current, after.data) : undefined
}

const noneStored = 'is missing: so far the account logs in with OAuth2, and none is stored'
