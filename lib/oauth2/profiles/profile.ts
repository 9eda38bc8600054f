import * as z from 'zod'
import { grantTypes } from '../../accounts/account-oauth2.ts'
import { bookkeepingFields } from '../../requests/documented-fields.ts'
import { providerFieldDocs } from '../providers/provider-fields.ts'
import { profileFieldDocs as docs } from './profile-fields.ts'

const clientFields = {
  providerId: z.string().min(1).max(64).meta(providerFieldDocs.providerId),
  tenant: z.string().min(1).max(200).meta(docs.tenant).optional(),
  clientId: z.string().min(1).max(500).meta(docs.clientId),
  grant: z.enum(grantTypes).meta(docs.grant),
  /**
   * A different number for each combination of provider, tenant, client id and grant that the profile has had. An
   * authorization server accepts a token only from the client that it was issued to, so grants of another epoch are
   * outdated.
   */
  grantEpoch: z.int().min(1),
}

/** An OAuth2 profile: Postmaster's registration as a client of one provider. */
export const profileSchema = z.object({
  profileId: z.string().min(1).max(64).meta(docs.profileId),
  name: z.string().min(1).max(200).meta(docs.name),
  ...clientFields,
  /** The profile's former clients, the latest first. See client-epoch.ts. */
  formerClients: z.array(z.object(clientFields)).optional(),
  /** The Secrets Manager VersionId that belongs to this row. Absent for a public client. */
  secretVersion: z.string().min(1).optional(),
  /** `yyyy-mm-dd`. */
  secretExpiresOn: z.iso.date().meta(docs.secretExpiresOn).optional(),
  comment: z.string().max(250).meta(docs.comment),
  version: z.int().min(1),
  ...bookkeepingFields,
})
export type Profile = z.infer<typeof profileSchema>

export interface ProfileReader {
  read(profileId: string): Promise<Profile | undefined>
  readMany(profileIds: readonly string[]): Promise<Profile[]>
}
