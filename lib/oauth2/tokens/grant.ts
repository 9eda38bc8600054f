import * as z from 'zod'
import { reasonSchema } from '../../reasons/reason.ts'
import { personField, subField, timeField } from '../../requests/documented-fields.ts'

const findingSchema = reasonSchema.extend({ at: z.string() })

/**
 * One row of the grants table: the result of a consent or of an app-only login. All fields except `sealed` and
 * `dataKey` may be shown. Times are ISO 8601 in UTC.
 */
export const grantSchema = z.object({
  /** See grant-key.ts. */
  grantKey: z.string().min(1),
  /** Raised by every write. This makes a refresh single-flight. */
  version: z.int().min(1),
  profileId: z.string(),
  /** The profile's epoch when the grant was given. A grant of another epoch is outdated. */
  grantEpoch: z.int().min(1),
  /**
   * The settings that were consented to. A change of protocol family, profile, username or host requires a new consent.
   */
  protocol: z.enum(['imap', 'pop3']).optional(),
  username: z.string().optional(),
  /** The only host that tokens are sent to. */
  host: z.string().optional(),
  state: z.enum(['connected', 're-authorization-needed']),
  /** The reason why the grant is no longer connected. */
  failure: findingSchema.optional(),
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

/** The reads of the API and the views. */
export interface GrantReader {
  read(grantKey: string): Promise<Grant | undefined>
  readMany(grantKeys: readonly string[]): Promise<Grant[]>
}
