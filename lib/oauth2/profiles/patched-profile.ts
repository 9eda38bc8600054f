import * as z from 'zod'
import { mergePatch } from '../../requests/merge-patch.ts'
import type { Profile } from './profile.ts'

const document = z.record(z.string(), z.unknown())

/**
 * The profile after a merge patch (RFC 7396), as its owner would have sent it: without the client secret. The day a secret ends belongs to that
 * secret: it goes with the secret, unless the patch names another day.
 */
export const patchedProfile = (
  { name, providerId, tenant, clientId, grant, secretExpiresOn, comment }: Profile,
  patch: unknown,
): unknown => {
  const sent = document.safeParse(patch)
  const ofSecret = sent.data?.clientSecret === undefined && secretExpiresOn !== undefined ? { secretExpiresOn } : {}
  const current = { name, providerId, ...(tenant !== undefined && { tenant }), clientId, grant, comment, ...ofSecret }
  const merged = mergePatch(current, patch)
  // The secret is not part of the document, so removing it would pass unnoticed.
  return sent.data?.clientSecret === null ? { ...document.parse(merged), clientSecret: null } : merged
}
