import * as z from 'zod'
import { reasonSchema } from '../../reasons/reason.ts'
import { personField, subField, timeField } from '../../requests/documented-fields.ts'
import { consentedForSchema } from '../consented-for.ts'
import type { Profile } from '../profiles/profile.ts'

/**
 * One row of the grants table: the result of a consent or of an app-only login. All fields except `sealed` and
 * `dataKey` may be shown. Times are ISO 8601 in UTC.
 */
export const grantSchema = z.object({
  /** See `grantKeyOf`. */
  grantKey: z.string().min(1),
  /** Raised by every write. This makes a refresh single-flight. */
  version: z.int().min(1),
  /** App-only access is not bound to an account's protocol, user name and host. */
  ...consentedForSchema.partial({ protocol: true, username: true, host: true }).shape,
  state: z.enum(['connected', 're-authorization-needed']),
  /** The reason why the grant is no longer connected. */
  failure: reasonSchema.extend({ at: z.string() }).optional(),
  /**
   * When the account stopped using the consent, because it was deleted or got a password. The consent is then invalid.
   * The row stays until its refresh token is revoked. See end-grants.ts.
   */
  endedAt: z.string().optional(),
  /** When the loss was announced, which happens once. */
  announcedAt: z.string().optional(),
  /** The person who consented, as named in the provider's token. Absent if the token does not name anyone. */
  consentedBy: personField('The person who consented, as reported by the provider.').optional(),
  consentedAt: timeField('When the person consented.').optional(),
  /** The admin who requested the consent. */
  requestedBy: personField('The admin who requested the consent.').optional(),
  requestedBySub: subField('the admin who requested the consent'),
  accessExpiresAt: z.string().optional(),
  /** When the tokens were issued. */
  refreshedAt: z.string().optional(),
  /** Absent if the server reports no expiry. */
  refreshExpiresAt: z.string().optional(),
  /** Until then, one caller is refreshing and the others wait. */
  refreshingUntil: z.string().optional(),
  /** Both tokens, encrypted; see token-cipher. Absent once the provider no longer accepts them. */
  sealed: z.string().optional(),
  /**
   * The data key of the tokens, wrapped by KMS. Rows from versions without KMS have none, so their tokens cannot be
   * decrypted.
   */
  dataKey: z.string().optional(),
})
export type Grant = z.infer<typeof grantSchema>

/** @returns the key of an account's grant that a person's consent created */
export const consentKeyOf = (accountId: string): string => `account#${accountId}`

/** @returns the key of an app-only grant */
export const applicationKeyOf = (profileId: string): string => `profile#${profileId}`

/** A grant belongs to one account if people consent, and to one profile if access is app-only. */
export const grantKeyOf = (accountId: string, { profileId, grant }: Pick<Profile, 'profileId' | 'grant'>): string =>
  grant === 'client_credentials' ? applicationKeyOf(profileId) : consentKeyOf(accountId)

/**
 * Milliseconds for which a token should still be valid: long enough to log in and fetch a mailbox over one connection.
 */
const wantedLeft = 5 * 60_000
/** Tokens with a shorter lifetime are refreshed when this part of the lifetime is left. */
const wantedPart = 1 / 4

type Lifetime = Pick<Grant, 'accessExpiresAt' | 'refreshedAt'>

/**
 * @returns true if the access token is valid for long enough. The expiry is counted on our clock from the time of the
 *   request, so the provider's clock does not matter. A token without a known expiry is valid until the mail server
 *   rejects it.
 */
export const isFresh = ({ accessExpiresAt, refreshedAt }: Lifetime, now: number): boolean => {
  if (accessExpiresAt === undefined) return true
  const end = Date.parse(accessExpiresAt)
  const life = refreshedAt === undefined ? Number.POSITIVE_INFINITY : end - Date.parse(refreshedAt)
  return end - now >= Math.min(wantedLeft, life * wantedPart)
}

/** @returns true if the token may still work if no newer one is available */
export const isAlive = ({ accessExpiresAt }: Lifetime, now: number): boolean =>
  accessExpiresAt === undefined || Date.parse(accessExpiresAt) > now

/**
 * @param seconds the lifetime that the server reports
 * @param since the time of the request in milliseconds since the epoch
 * @returns the expiry in ISO 8601
 */
export const endAfter = (seconds: number | undefined, since: number): string | undefined =>
  seconds === undefined ? undefined : new Date(since + seconds * 1000).toISOString()
