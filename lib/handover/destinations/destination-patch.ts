import * as z from 'zod'
import { mergeMembers } from '../../changes/merge-patch.ts'
import { withoutStamp } from '../../changes/versioned-change.ts'
import type { Destination } from './destination.ts'

/** The parts of a patch that need attention. */
const attention = z
  .object({
    webhook: z
      .object({
        signingSecret: z.unknown().optional(),
        auth: z.object({ kind: z.unknown().optional(), value: z.unknown().optional() }).catch({}),
      })
      .catch({ auth: {} }),
  })
  .catch({ webhook: { auth: {} } })

/**
 * Applies a merge patch (RFC 7396) to the destination without its secrets. Unlike in RFC 7396, another `kind` of
 * `webhook.auth` replaces the former one as a whole.
 */
export const patchedDestination = (current: Destination, patch: Record<string, unknown>): unknown => {
  const { destinationId: _id, secretVersion: _secret, authVersion: _auth, ...rest } = withoutStamp(current)
  const { previousSecretVersion: _former, previousUntil: _until, ...document } = rest
  const { signingSecret, auth } = attention.parse(patch).webhook
  const { auth: currentAuth, ...webhook } = document.webhook ?? {}
  const keepsAuth = auth.kind === undefined || auth.kind === currentAuth?.kind
  const merged = mergeMembers(
    {
      ...document,
      ...(document.webhook && { webhook: { ...webhook, ...(keepsAuth && currentAuth && { auth: currentAuth }) } }),
    },
    patch,
  )
  // The document contains no secrets, so the merge alone would ignore their removal. The `null` is kept and then refused.
  const nulls = {
    ...(signingSecret === null && { signingSecret }),
    ...(auth.value === null && { auth: { ...membersOf(membersOf(merged.webhook).auth), value: null } }),
  }
  return Object.keys(nulls).length === 0 ? merged : { ...merged, webhook: { ...membersOf(merged.webhook), ...nulls } }
}

const membersOf = (value: unknown): Record<string, unknown> => z.record(z.string(), z.unknown()).catch({}).parse(value)
