import * as z from 'zod'
import { grantTypes } from '../../accounts/account-oauth2.ts'
import { mergePatch } from '../../changes/merge-patch.ts'
import { oneLineText, uniqueName } from '../../text/names.ts'
import { providerFieldDocs } from '../providers/provider.ts'
import { profileFieldDocs as docs, type Profile } from './profile.ts'

/** A directory's id or domain. It becomes part of a URL, so characters with a meaning in URLs are not allowed. */
const tenant = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/, 'must be a directory (tenant) id or a domain')

/** RFC 6749 appendix A.1 also allows spaces. Real ids have none, and spaces are often copied by mistake. */
const clientId = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .regex(/^[!-~]+$/, 'must be printable ASCII without spaces')

/** RFC 6749 appendix A.2. The longest known secrets have a few hundred characters. */
const clientSecret = z
  .string()
  .min(1)
  .max(1024)
  .regex(/^[ -~]+$/, 'must be printable ASCII on one line')
  .regex(/^(?! ).*(?<! )$/s, 'must not begin or end with a space, which is often copied by mistake')

export const profileInputSchema = z
  .strictObject({
    name: uniqueName.meta(docs.name),
    providerId: z.string().min(1).max(64).meta(providerFieldDocs.providerId),
    tenant: tenant.meta(docs.tenant).optional(),
    clientId: clientId.meta(docs.clientId),
    clientSecret: clientSecret.nullable().meta(docs.clientSecret).optional(),
    grant: z.enum(grantTypes).meta(docs.grant).default('authorization_code'),
    secretExpiresOn: z.iso.date('must be a date, for example `2027-03-01`').meta(docs.secretExpiresOn).optional(),
    comment: oneLineText.max(250).meta(docs.comment).default(''),
  })
  .meta({ id: 'OAuth2ProfileInput', description: 'An OAuth2 profile in a request.' })
export type ProfileInput = z.output<typeof profileInputSchema>

const document = z.record(z.string(), z.unknown())

/**
 * Applies a merge patch (RFC 7396) to the profile without its client secret. The expiry date belongs to the client
 * secret, so a patch that changes the secret removes the old date unless it contains a new one.
 */
export const patchedProfile = (
  { name, providerId, tenant, clientId, grant, secretExpiresOn, comment }: Profile,
  patch: unknown,
): unknown => {
  const sent = document.safeParse(patch)
  const ofSecret = sent.data?.clientSecret === undefined && secretExpiresOn !== undefined ? { secretExpiresOn } : {}
  const current = { name, providerId, ...(tenant !== undefined && { tenant }), clientId, grant, comment, ...ofSecret }
  const merged = mergePatch(current, patch)
  // The document does not contain the secret, so the merge alone would ignore its removal.
  return sent.data?.clientSecret === null ? { ...document.parse(merged), clientSecret: null } : merged
}
