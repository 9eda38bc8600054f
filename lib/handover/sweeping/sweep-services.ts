import type { Notices } from '../../notifications/notices.ts'
import type { DynamoCircuits } from '../circuits/dynamo-circuits.ts'
import type { FiguresStore } from '../circuits/figures.ts'
import type { DestinationTokens } from '../destinations/destination.ts'
import type { HandoverServices } from '../handover-services.ts'
import type { WakeQueue } from '../planning/wake.ts'
import type { BalanceCursor } from './balance-cursor.ts'
import type { DeliveryCounts } from './delivery-counts.ts'

/** What the steps use that repeat what was left undone. */
export interface RepairServices extends Omit<HandoverServices, 'newLease'> {
  readonly wakes: WakeQueue
  readonly balanceCursor: Pick<BalanceCursor, 'read' | 'write'>
}

export interface SweepServices extends RepairServices {
  readonly circuits: HandoverServices['circuits'] & Pick<DynamoCircuits, 'markNoticed'>
  readonly counts: Pick<DeliveryCounts, 'of'>
  readonly figures: Pick<FiguresStore, 'read' | 'write'>
  readonly tokens: Pick<DestinationTokens, 'ofDestination'>
  readonly notices: Pick<Notices, 'publish'>
}

/** Called for work that failed. The next sweep repeats it, and other work goes on. */
export type OnFailed = (error: unknown) => void
