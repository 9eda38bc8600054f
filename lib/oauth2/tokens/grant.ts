import * as z from 'zod'
import { personField, subField, timeField } from '../../requests/documented-fields.ts'

const findingSchema = z.object({ code: z.string(), words: z.string(), remedy: z.string(), at: z.string() })

/**
 * One row of the grants table: the result of a consent or of an app-only login. All fields except `sealed` and
 * `dataKey` may be shown. Times are ISO 8601 in UTC.
 */
export const grantSchema = z.object({
  /** See grant-key.ts. */
  grantKey: z.string().min(1),
  /** Rises with every write; what makes a refresh single-flight. */
  version: z.int().min(1),
  profileId: z.string(),
  /** The profile's, when this was given; a grant of another one is outdated. */
  grantEpoch: z.int().min(1),
  /**
   * What was consented to: a change of the account's protocol family, profile, username or host needs a new consent.
   */
  protocol: z.enum(['imap', 'pop3']).optional(),
  username: z.string().optional(),
  /** The only one that tokens are sent to. */
  host: z.string().optional(),
  state: z.enum(['connected', 're-authorization-needed']),
  /** Why it is no longer connected. */
  failure: findingSchema.optional(),
  /**
   * When the account left its consent, by a password or by being deleted. It does not hold any more; the row stays
   * until its refresh token is revoked, see end-grants.ts.
   */
  endedAt: z.string().optional(),
  /** When that was announced: once. */
  announcedAt: z.string().optional(),
  /** Who consented at the provider, as its token says; absent where it does not. */
  consentedBy: personField('Who consented, by the provider’s own account.').optional(),
  consentedAt: timeField('When.').optional(),
  /** The admin who requested the consent. */
  requestedBy: personField('The admin who requested the consent.').optional(),
  requestedBySub: subField('the admin who requested the consent'),
  accessExpiresAt: z.string().optional(),
  /** When the tokens came. */
  refreshedAt: z.string().optional(),
  /** Absent where the server tells no end. */
  refreshExpiresAt: z.string().optional(),
  /** Somebody refreshes until then; others wait. */
  refreshingUntil: z.string().optional(),
  /** Both tokens, encrypted; see token-cipher. Absent once the provider no longer accepts them. */
  sealed: z.string().optional(),
  /**
   * The data key of the tokens, wrapped by KMS. A row of a version without KMS does not have one, so its tokens cannot
   * be decrypted.
   */
  dataKey: z.string().optional(),
})
export type Grant = z.infer<typeof grantSchema>

/** What API and views may read. */
export interface GrantReader {
  read(grantKey: string): Promise<Grant | undefined>
  readMany(grantKeys: readonly string[]): Promise<Grant[]>
}
