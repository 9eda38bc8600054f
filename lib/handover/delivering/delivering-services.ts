import type { HandoverServices } from '../handover-services.ts'
import type { PlanLedger } from '../planning/plan-ledger.ts'

/** What leasing, settling and finishing use. Whether a destination can be sent to is decided before. */
export interface DeliveringServices extends Omit<HandoverServices, 'destinations' | 'plans'> {
  readonly plans: Pick<PlanLedger, 'read'>
}
