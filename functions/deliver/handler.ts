import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import type { LaneAttempt } from '../../lib/handover/delivering/attempt.ts'
import { type LaneServices, workLane } from '../../lib/handover/delivering/work-lane.ts'
import type { OutcomeResult } from '../../lib/handover/ledger/outcome.ts'
import { type Wake, wakeSchema } from '../../lib/handover/planning/wake.ts'
import { type Log, safeFieldsOf } from '../shared/logger.ts'
import type { TimingMetrics } from '../shared/metrics.ts'

export interface DeliverFunction {
  readonly services: Omit<LaneServices, 'onAttempt' | 'onDefect'>
  readonly log: Log
  readonly metrics: TimingMetrics
}

/**
 * Works on the lanes that the delivery queue wakes (batch size 1). Every wake is acknowledged. An unacknowledged one
 * would block its message group for the visibility timeout, and the sweep wakes the lane again within a minute.
 */
export const deliverHandler =
  ({ services, log, metrics }: DeliverFunction) =>
  async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const reporting: LaneServices = {
      ...services,
      onAttempt: (attempt) => report(attempt, log, metrics),
      onDefect: (error, deliveryId) => log.error('an adapter failed', { deliveryId, ...safeFieldsOf(error) }),
    }
    for (const { body, messageId } of event.Records) {
      const wake = parseWake(body)
      if (!wake) {
        log.error('dropped a message on the delivery queue that is not a wake', { sqsMessageId: messageId })
        continue
      }
      try {
        await workLane(reporting, wake)
      } catch (error) {
        log.error('a lane could not be worked on', { deliveryId: wake.deliveryId, ...safeFieldsOf(error) })
        metrics.count('LanesFailed', 1)
      }
    }
    return { batchItemFailures: [] }
  }

const parseWake = (body: string): Wake | undefined => {
  try {
    return wakeSchema.parse(JSON.parse(body))
  } catch {
    // The body does not come from Postmaster and may be confidential. The caller logs only its SQS ID.
    return undefined
  }
}

const metricNames: Readonly<Record<OutcomeResult, string>> = {
  delivered: 'AttemptsDelivered',
  temporary: 'AttemptsTemporary',
  permanent: 'AttemptsPermanent',
  'in-doubt': 'AttemptsInDoubt',
}

/** An installation has at most 50 destinations. The metrics without a dimension are for alarms. */
const report = ({ delivery, outcome, milliseconds }: LaneAttempt, log: Log, metrics: TimingMetrics): void => {
  const { deliveryId, destinationId, state } = delivery
  const { result, scope, code, bytes } = outcome
  log.info('delivery attempt', { deliveryId, state, result, scope, code, bytes, milliseconds })
  for (const dimensions of [{}, { destination: destinationId }]) {
    metrics.count(metricNames[result], 1, dimensions)
    metrics.time('DeliveryAttempt', milliseconds, dimensions)
  }
}
