import * as z from 'zod'
import type { Account } from '../../accounts/account.ts'
import { accountTypeFacts } from '../../accounts/account-type.ts'
import type { Profile } from '../profiles/profile.ts'

/**
 * What somebody is asked to allow: by which profile, over which protocol, for which mailbox, and who. When it changes on the way, the consent is no
 * longer the one that was asked for.
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

export const askedOf = ({ type, username, mailbox, host }: Account, { profileId, grantEpoch }: Profile): Asked => ({
  profileId,
  grantEpoch,
  protocol: accountTypeFacts(type).protocol,
  username,
  ...(mailbox !== undefined && { mailbox }),
  host,
})

export const isSameAsked = (a: Asked, b: Asked): boolean =>
  a.profileId === b.profileId &&
  a.grantEpoch === b.grantEpoch &&
  a.protocol === b.protocol &&
  a.username === b.username &&
  a.mailbox === b.mailbox &&
  a.host === b.host
