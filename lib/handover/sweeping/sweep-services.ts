import type { UnstoredMessages } from '../../messages/unstored/unstored-messages.ts'
import type { Notices } from '../../notifications/notices.ts'
import type { Circuits } from '../circuits/dynamo-circuits.ts'
import type { DeliveringServices } from '../delivering/delivering-services.ts'
import type { DynamoDestinationTokens } from '../destinations/destination-tokens.ts'
import type { FiguresStore } from '../destinations/figures.ts'
import type { PlanServices } from '../planning/plan-message.ts'
import type { BalanceCursor } from './balance-cursor.ts'
import type { DeliveryCounts } from './delivery-counts.ts'

/** The services for the steps that repeat unfinished work. */
export interface RepairServices extends PlanServices, Omit<DeliveringServices, 'newLease' | 'plans'> {
  readonly circuits: Circuits
  readonly balanceCursor: Pick<BalanceCursor, 'read' | 'write'>
}

export interface SweepServices extends RepairServices {
  readonly counts: Pick<DeliveryCounts, 'of'>
  readonly figures: Pick<FiguresStore, 'read' | 'write'>
  readonly tokens: Pick<DynamoDestinationTokens, 'ofDestination'>
  readonly unstored: Pick<UnstoredMessages, 'countOpen'>
  readonly notices: Pick<Notices, 'publish'>
}

/** Called for work that failed. The next sweep repeats it, and other work continues. */
export type OnFailed = (error: unknown) => void
