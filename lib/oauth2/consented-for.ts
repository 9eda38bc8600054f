import * as z from 'zod'
import type { Account } from '../accounts/account.ts'
import { accountTypeFacts } from '../mailbox/account-type.ts'
import type { Profile } from './profiles/profile.ts'

/**
 * The settings that a consent is given for. Another person, other scopes or another client need a new consent. The same
 * applies to another host, because a token, like a password, goes only to the host it was given for
 * (docs/decisions/0020).
 */
export const consentedForSchema = z.object({
  profileId: z.string(),
  /** The profile's epoch at the time of the consent. A consent of another epoch is outdated. */
  grantEpoch: z.int().min(1),
  protocol: z.enum(['imap', 'pop3']),
  username: z.string(),
  host: z.string(),
})
type ConsentedFor = z.infer<typeof consentedForSchema>

export type ConsentedAccount = Pick<Account, 'type' | 'username' | 'host'>

export const consentedFor = (
  { type, username, host }: ConsentedAccount,
  { profileId, grantEpoch }: Pick<Profile, 'profileId' | 'grantEpoch'>,
): ConsentedFor => ({ profileId, grantEpoch, protocol: accountTypeFacts[type].protocol, username, host })

/** @param given the settings of a grant's row, which lacks some of them if access is app-only */
export const sameConsent = (
  given: { readonly [Name in keyof ConsentedFor]?: ConsentedFor[Name] | undefined },
  wanted: ConsentedFor,
): boolean =>
  given.profileId === wanted.profileId &&
  given.grantEpoch === wanted.grantEpoch &&
  given.protocol === wanted.protocol &&
  given.host === wanted.host &&
  // Mail addresses that differ only in case belong to the same person.
  given.username?.toLowerCase() === wanted.username.toLowerCase()
