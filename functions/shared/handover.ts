import { DynamoCircuits } from '../../lib/handover/circuits/dynamo-circuits.ts'
import { DynamoDestinations } from '../../lib/handover/destinations/destination-store.ts'
import { DynamoDeliveryLedger } from '../../lib/handover/ledger/delivery-ledger.ts'
import { DynamoOpenLanes } from '../../lib/handover/ledger/open-lanes.ts'
import { DynamoPlanLedger } from '../../lib/handover/planning/dynamo-plan-ledger.ts'
import type { Table } from '../../lib/tables/table.ts'

/** Opens the rows of hand-over, for functions that plan or change deliveries. */
export const openHandover = (
  tables: Readonly<Record<'messages' | 'handover' | 'deliveries' | 'openDeliveries', Table>>,
) => ({
  destinations: new DynamoDestinations(tables.handover),
  circuits: new DynamoCircuits(tables.handover),
  ledger: new DynamoDeliveryLedger(tables.deliveries),
  lanes: new DynamoOpenLanes(tables.openDeliveries),
  plans: new DynamoPlanLedger(tables.messages),
})
