import type { Actor } from '../../audit/actor.ts'
import type { Intention } from '../../audit/audit-entry.ts'
import { versionedIntention } from '../../changes/versioned-intention.ts'
import type { Provider } from './provider.ts'

/** The audit trail's entry for a change of a provider. The reset of a built-in provider is recorded as a change. */
export const providerIntention = (
  action: 'create' | 'change' | 'delete',
  by: Actor,
  before: Provider | undefined,
  after: Provider | undefined,
): Intention =>
  versionedIntention({
    action,
    by,
    before,
    after,
    named: ({ providerId, name }) => [`/oauth2/providers/${providerId}`, name],
  })
