import * as z from 'zod'
import type { Notices } from '../../lib/notifications/notices.ts'
import { stoppedSweepNotice } from '../../lib/overview/noticing/stopped-sweep.ts'
import { type KindSweep, type SweepServices, sweepSecrets } from '../../lib/secrets/sweep-secrets.ts'
import type { Log } from '../shared/logger.ts'
import type { FunctionMetrics } from '../shared/metrics.ts'

/**
 * The sweep stops at this time, so that it completes its last call and the log line before Lambda ends the function.
 */
const closingTime = 20_000
/** The number of ids in the log line of a stopped sweep: enough for an investigation, and few enough for one line. */
const loggedIds = 10

const orphanCount = z.int().positive()

/** Either the rule's event, or the event that an operator sends after a stopped sweep (docs/runbook.md). */
const eventSchema = z.union([
  z.object({ source: z.literal('aws.events') }).transform(() => ({ confirmOrphans: {}, isDaily: true })),
  z
    .strictObject({
      confirmOrphans: z.strictObject({
        account: orphanCount.optional(),
        profile: orphanCount.optional(),
        destination: orphanCount.optional(),
      }),
    })
    .transform((event) => ({ ...event, isDaily: false })),
])

export interface SweepFunction {
  readonly services: SweepServices
  readonly notices: Pick<Notices, 'publish'>
  readonly log: Log
  readonly metrics: FunctionMetrics
}

/** The response for the operator who invokes the function. */
export type SweepAnswer = readonly (Omit<KindSweep, 'orphans'> & { readonly orphans: number })[]

/**
 * A failed sweep or notice fails the invocation, and Lambda retries it. A stopped sweep does not, because a retry would
 * stop again.
 */
export const sweepHandler =
  ({ services, notices, log, metrics }: SweepFunction) =>
  async (event: unknown, context: { getRemainingTimeInMillis(): number }): Promise<SweepAnswer> => {
    const parsed = eventSchema.safeParse(event)
    if (!parsed.success) {
      log.error(
        'the event is neither the daily event nor of the form {"confirmOrphans": {"account": 12}}, so the sweep did nothing',
      )
      throw new Error('The event is invalid. See the previous log line.')
    }
    const mayGoOn = () => context.getRemainingTimeInMillis() > closingTime
    const sweeps = await sweepSecrets(services, { confirmed: parsed.data.confirmOrphans, mayGoOn })
    for (const sweep of sweeps) report(sweep, log, metrics)
    const stopped = sweeps.filter(({ outcome }) => outcome === 'too-many')
    // An operator who invokes the function reads its response.
    if (parsed.data.isDaily && stopped.length > 0) await notices.publish(stoppedSweepNotice(stopped))
    return sweeps.map(({ orphans, ...rest }) => ({ ...rest, orphans: orphans.length }))
  }

const report = ({ orphans, ...sweep }: KindSweep, log: Log, metrics: FunctionMetrics) => {
  const fields = { ...sweep, orphans: orphans.length }
  if (sweep.outcome === 'swept') log.info('secrets swept', fields)
  if (sweep.outcome === 'out-of-time')
    log.warn('the sweep ran out of time, and the next sweep deletes the remaining secrets', fields)
  if (sweep.outcome === 'too-many') {
    log.error(
      'too many secrets have no owner, so the sweep deleted none (see "The secret sweep stops" in docs/runbook.md)',
      {
        ...fields,
        someIds: orphans.slice(0, loggedIds).join(' '),
      },
    )
    metrics.count('SecretSweepStopped', 1)
  }
}
