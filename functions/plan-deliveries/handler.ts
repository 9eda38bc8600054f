import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { type PlanServices, planMessage } from '../../lib/handover/planning/plan-message.ts'
import { announcementSchema } from '../../lib/messages/announcing/announcement.ts'
import { type Log, safeFieldsOf } from '../shared/logger.ts'
import type { FunctionMetrics } from '../shared/metrics.ts'

export interface PlanFunction {
  readonly services: PlanServices
  readonly log: Log
  readonly metrics: FunctionMetrics
}

/**
 * Plans the deliveries of announced messages. SQS sends a failed announcement again. After the last attempt, the sweep
 * plans the message.
 */
export const planHandler =
  ({ services, log, metrics }: PlanFunction) =>
  async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const failed: string[] = []
    let destinations: ReturnType<typeof services.destinations.all> | undefined
    // Every message of the batch has been stored, so a destination that is added from now on does not receive it.
    const allDestinations = () => (destinations ??= services.destinations.all())
    for (const { body, messageId: sqsMessageId } of event.Records) {
      const messageId = announcedIn(body)
      if (messageId === undefined) {
        log.error('dropped a message on the announcement queue that is not an announcement', { sqsMessageId })
        metrics.count('AnnouncementsUnreadable', 1)
        continue
      }
      try {
        await planMessage(services, messageId, allDestinations)
      } catch (error) {
        log.error('the deliveries of a message could not be planned', { messageId, ...safeFieldsOf(error) })
        metrics.count('PlanningFailed', 1)
        failed.push(sqsMessageId)
      }
    }
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) }
  }

/** Everything else is read from the message's row, so announcements of later versions can be planned as well. */
const planned = announcementSchema.pick({ messageId: true })

const announcedIn = (body: string): string | undefined => {
  try {
    return planned.parse(JSON.parse(body)).messageId
  } catch {
    // The body does not come from Postmaster and may be confidential. The caller logs only its SQS ID.
    return undefined
  }
}
