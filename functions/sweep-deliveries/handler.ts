import type { Looked } from '../../lib/handover/sweeping/look-at-destination.ts'
import { sweepDeliveries } from '../../lib/handover/sweeping/sweep.ts'
import type { SweepServices } from '../../lib/handover/sweeping/sweep-services.ts'
import { secondsSince } from '../../lib/text/clock.ts'
import { type Log, safeFieldsOf } from '../shared/logger.ts'
import type { AgeMetrics } from '../shared/metrics.ts'

/** The sweep starts no work in the last milliseconds before the timeout. One request takes 8 s at most. */
const closingTime = 15_000

export interface SweepFunction {
  readonly services: SweepServices
  /** The age of the schedule's latest tick, in ticks. This function watches the schedule, because it runs without it. */
  readonly latestTickAge: () => Promise<number>
  readonly log: Log
  readonly metrics: AgeMetrics
}

/** Thrown if a step of the sweep failed. The log contains the reasons. */
class SweepIncompleteError extends Error {
  override readonly name = 'SweepIncompleteError'
}

/** Handles the rule of every minute. Each sweep continues where the last one ended. */
export const sweepHandler =
  ({ services, latestTickAge, log, metrics }: SweepFunction) =>
  async (_event: unknown, context: { getRemainingTimeInMillis(): number }): Promise<void> => {
    const mayGoOn = () => context.getRemainingTimeInMillis() > closingTime
    const { unplanned, missing, looked, unstored, ...sweep } = await sweepDeliveries(services, mayGoOn)
    if (unplanned.planned > 0) log.warn('messages were planned without their announcement', { ...unplanned })
    for (const [destinationId, count] of missing) {
      log.error('deliveries were missing and have been created again', { destinationId, count })
      metrics.count('DeliveriesMissing', count, { destination: destinationId })
    }
    metrics.count('DeliveriesMissing', sumOf([...missing.values()]) + unplanned.overdue)
    emit(looked, unstored, services.now(), metrics)
    const failedSteps = [...sweep.failedSteps, ...(await watchSchedule(latestTickAge, metrics))]
    for (const { step, error, failures, destinationId } of failedSteps) {
      log.error('a step of the sweep failed', { step, destinationId, failures, ...safeFieldsOf(error) })
      metrics.count('SweepFailures', failures, { step })
    }
    if (failedSteps.length > 0) throw new SweepIncompleteError()
  }

/** @returns the step if it failed. Without the figure, the alarm on the schedule goes off. */
const watchSchedule = async (latestTickAge: () => Promise<number>, metrics: AgeMetrics) => {
  try {
    metrics.count('LatestTickAge', await latestTickAge())
    return []
  } catch (error) {
    return [{ step: 'latest tick' as const, error, failures: 1, destinationId: undefined }]
  }
}

/**
 * Each figure is recorded once for each destination, and once for all of them, because an alarm needs a metric that
 * exists when the stack is deployed. The age of the oldest delivery of all destinations covers only valid ones, because
 * someone stopped the others on purpose. The quarantine of all destinations includes the messages that could not be
 * stored, because a person finds both in one list.
 */
const emit = (looked: readonly Looked[], unstored: number, now: Date, metrics: AgeMetrics): void => {
  const all = looked.map((one) => ({ ...one, age: ageOf(one, now), counts: countsOf(one) }))
  for (const { destinationId: destination, age, counts } of all) {
    metrics.seconds('OldestUndelivered', age, { destination })
    for (const name of countNames) metrics.count(name, counts[name], { destination })
  }
  metrics.seconds('OldestUndelivered', Math.max(0, ...all.map(({ valid, age }) => (valid ? age : 0))))
  for (const name of countNames) {
    const sum = sumOf(all.map(({ counts }) => counts[name]))
    metrics.count(name, name === 'DeliveriesQuarantined' ? sum + unstored : sum)
  }
}

const countNames = [
  'DeliveriesOpen',
  'DeliveriesInDoubt',
  'DeliveriesQuarantined',
  'DestinationsSuspended',
  'AgentsSilent',
] as const

const countsOf = ({ figures, suspended }: Looked): Readonly<Record<(typeof countNames)[number], number>> => ({
  DeliveriesOpen: figures.open,
  DeliveriesInDoubt: figures.inDoubt,
  DeliveriesQuarantined: figures.quarantined,
  DestinationsSuspended: Number(suspended),
  AgentsSilent: Number(figures.agentSilentSince !== undefined),
})

const ageOf = ({ figures: { oldestOpenAt } }: Looked, now: Date): number =>
  oldestOpenAt === undefined ? 0 : secondsSince(oldestOpenAt, now)

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0)
