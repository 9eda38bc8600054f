import { type Consent, type EndGrantsServices, endGrants, type Revocation } from '../../lib/oauth2/tokens/end-grants.ts'
import type { Log } from '../shared/logger.ts'
import type { FunctionMetrics } from '../shared/metrics.ts'

/**
 * Milliseconds before the function's end. No revocation begins in this time. A revocation takes up to 15 s, and the
 * rest is for writing its row and the log.
 */
const closingTime = 30_000

export interface EndGrantsFunction {
  readonly services: Omit<EndGrantsServices, 'onEnded' | 'onTooMany'>
  /** Notes for the overview which consents ended or end soon. */
  readonly note: (consents: readonly Consent[]) => Promise<void>
  readonly log: Log
  readonly metrics: FunctionMetrics
}

/** Lambda retries a failed invocation, and the next scheduled run repeats the work. */
export const endGrantsHandler =
  ({ services, note, log, metrics }: EndGrantsFunction) =>
  async (_event: unknown, context: { getRemainingTimeInMillis(): number }): Promise<void> => {
    const onEnded = (grantKey: string, revocation: Revocation) => report(grantKey, revocation, log, metrics)
    const onTooMany = (orphans: number, consents: number) => {
      log.error(
        'too many consents have no account, so the function ended none of them; if the accounts table was restored, restore oauth-grants to the same time',
        { orphans, consents },
      )
      metrics.count('EndGrantsStopped', 1)
    }
    const mayGoOn = () => context.getRemainingTimeInMillis() > closingTime
    await note(await endGrants({ ...services, onEnded, onTooMany }, mayGoOn))
  }

const remedy =
  'The provider still lists the access. The person who consented, or an administrator at the provider, can end it. Postmaster no longer refreshes its tokens.'

const report = (grantKey: string, revocation: Revocation, log: Log, metrics: FunctionMetrics): void => {
  switch (revocation.outcome) {
    case 'failed': {
      const { code, detail } = revocation.finding
      log.warn('a consent has ended and its tokens are removed, but the provider did not revoke it', {
        grantKey,
        code,
        detail,
        remedy,
      })
      metrics.count('RevocationFailed', 1, { code })
      break
    }
    case 'postponed': {
      const { code, detail } = revocation.finding
      log.warn('the provider could not be asked to revoke a consent; the next run tries again', {
        grantKey,
        code,
        detail,
      })
      break
    }
    default:
      log.info('a consent has ended, and its tokens are removed', { grantKey, outcome: revocation.outcome })
  }
}
