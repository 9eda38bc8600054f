import * as z from 'zod'
import { mergePatch } from '../../changes/merge-patch.ts'
import type { Profile } from './profile.ts'

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
