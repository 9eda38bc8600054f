import * as z from 'zod'
import type { Account } from '../../accounts/account.ts'
import { consentedFor } from '../consented-for.ts'
import type { Profile } from '../profiles/profile.ts'

/**
 * What a person is asked to consent to: everything that a grant is bound to, and the mailbox that the page shows. If it
 * changes during the round trip, the person must be asked again.
 */
export const askedSchema = z.object({
  profileId: z.string(),
  grantEpoch: z.int(),
  protocol: z.enum(['imap', 'pop3']),
  username: z.string(),
  mailbox: z.string().optional(),
  host: z.string(),
})
export type Asked = z.infer<typeof askedSchema>

export const askedOf = (account: Account, profile: Profile): Asked => ({
  ...consentedFor(account, profile),
  ...(account.mailbox !== undefined && { mailbox: account.mailbox }),
})

export const isSameAsked = (a: Asked, b: Asked): boolean =>
  a.profileId === b.profileId &&
  a.grantEpoch === b.grantEpoch &&
  a.protocol === b.protocol &&
  a.username === b.username &&
  a.mailbox === b.mailbox &&
  a.host === b.host
