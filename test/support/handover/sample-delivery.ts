import type { Delivery } from '../../../lib/handover/ledger/delivery.ts'
import { planned } from '../../../lib/handover/ledger/transitions.ts'
import { sampleMessage } from '../sample-message.ts'

/** A pending delivery of the sample message. Tests override the fields they need. */
export const sampleDelivery = (changes: Partial<Delivery> = {}): Delivery => ({
  ...planned('destination', sampleMessage(), '2026-03-02T08:10:06.000Z'),
  ...changes,
})
