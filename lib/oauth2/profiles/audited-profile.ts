import type { Actor } from '../../audit/actor.ts'
import type { Intention } from '../../audit/audit-entry.ts'
import { versionedIntention } from '../../changes/versioned-intention.ts'
import type { Profile } from './profile.ts'

/** The audit trail's entry for a change of a profile. For the client secret, it records only that it was changed. */
export const profileIntention = (
  action: 'create' | 'change' | 'delete',
  by: Actor,
  before: Profile | undefined,
  after: Profile | undefined,
): Intention =>
  versionedIntention({
    action,
    by,
    before: before && auditedFieldsOf(before),
    after: after && auditedFieldsOf(after),
    named: ({ profileId, name }) => [`/oauth2/profiles/${profileId}`, name],
    secrets: ['clientSecret'],
  })

const auditedFieldsOf = ({ secretVersion, grantEpoch: _epoch, formerClients: _former, ...fields }: Profile) => ({
  ...fields,
  ...(secretVersion !== undefined && { clientSecret: secretVersion }),
})
