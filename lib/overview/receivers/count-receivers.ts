import { type DynamoDestinations, mostDestinations } from '../../handover/destinations/destination-store.ts'
import type { SnsTopic } from '../../notifications/sns-topic.ts'
import type { Clock } from '../../text/clock.ts'
import type { OverviewStore, ReceiverCount } from '../overview-store.ts'

export interface CountReceiversServices {
  readonly destinations: Pick<DynamoDestinations, 'list'>
  readonly announcements: Pick<SnsTopic, 'confirmedEndpoints'>
  readonly overview: Pick<OverviewStore, 'writeReceivers'>
  /** The ARN of the queue from which deliveries to destinations are planned. It alone hands nothing over. */
  readonly plannedQueueArn: string
  readonly now: Clock
}

/**
 * Counts who receives mail: valid destinations, and foreign subscribers of the announcement topic. A topic without
 * subscribers accepts every announcement, so otherwise no one would notice. A subscriber counts whatever its filter
 * policy selects, because Postmaster cannot know whether that is intended.
 */
export const countReceivers = async (services: CountReceiversServices): Promise<ReceiverCount> => {
  const { destinations, announcements, overview, plannedQueueArn, now } = services
  const [found, endpoints] = await Promise.all([
    destinations.list({ limit: mostDestinations }),
    announcements.confirmedEndpoints(),
  ])
  const counted = {
    writtenAt: now().toISOString(),
    destinations: found.items.filter(({ validity }) => validity === 'valid').length,
    subscriptions: endpoints.filter((endpoint) => endpoint !== plannedQueueArn).length,
  }
  await overview.writeReceivers(counted)
  return counted
}
