import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod'
import { grantTypes } from '../../accounts/account-oauth2.ts'
import { bookkeepingFields, exampleIds } from '../../requests/documented-fields.ts'
import { providerFieldDocs } from '../providers/provider.ts'

/** The documentation of a profile's fields, for requests and responses. */
export const profileFieldDocs = {
  profileId: { description: 'The profile’s id.', examples: [exampleIds.profile] },
  name: { description: 'A unique name, compared without case.', examples: ['Service desk at Microsoft 365'] },
  tenant: {
    description: 'The directory (tenant) id or domain. Required if the provider’s endpoints contain `{tenant}`.',
    examples: ['6babcaad-604b-40ac-a9d7-9fd97c0b779f'],
  },
  clientId: { description: 'The application (client) id.', examples: ['2d4d11a2-f814-46a7-890a-274a72a7309e'] },
  clientSecret: {
    description: 'Write-only: the secret’s value, not its id. If you omit it in a change, the stored secret is kept.',
    examples: ['correct horse battery staple'],
    writeOnly: true,
  },
  grant: {
    description: '`authorization_code`: people consent in a browser. `client_credentials`: app-only access.',
    examples: ['authorization_code'],
  },
  secretExpiresOn: {
    description: 'The day from which the provider no longer accepts the client secret, as shown by the provider.',
    examples: ['2027-03-01'],
    format: 'date',
  },
  comment: { description: 'A note for other admins.', examples: ['App registration of the IT department'] },
} as const
const docs = profileFieldDocs

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

/**
 * The number of former clients to remember, more than an admin is likely to revert. Grants of older clients stay
 * outdated.
 */
const remembered = 10

type Client = Pick<Profile, 'providerId' | 'tenant' | 'clientId' | 'grant'>
type ClientEpoch = Pick<Profile, 'grantEpoch' | 'formerClients'>

/**
 * Determines the epoch of a changed profile. Tokens belong to the client that the provider issued them to. A new client
 * begins a new epoch, and a former client gets its old epoch back, so that no consent is lost when a mistake is
 * reverted.
 */
export const clientEpochAfter = (before: Profile, after: Client): ClientEpoch => {
  const { formerClients = [], grantEpoch } = before
  if (isSameClient(before, after)) return withFormer(grantEpoch, formerClients)
  const known = formerClients.find((former) => isSameClient(former, after))
  const former = [{ ...clientIn(before), grantEpoch }, ...formerClients.filter((one) => one !== known)]
  // The highest epoch is always among them, because only a new and therefore higher epoch drops one.
  const next = Math.max(...former.map((one) => one.grantEpoch)) + 1
  return withFormer(known?.grantEpoch ?? next, former.slice(0, remembered))
}

const withFormer = (grantEpoch: number, formerClients: NonNullable<Profile['formerClients']>): ClientEpoch => ({
  grantEpoch,
  ...(formerClients.length > 0 && { formerClients }),
})

const clientIn = ({ providerId, tenant, clientId, grant }: Client): Client => ({
  providerId,
  ...(tenant !== undefined && { tenant }),
  clientId,
  grant,
})

const isSameClient = (one: Client, other: Client): boolean => isDeepStrictEqual(clientIn(one), clientIn(other))
