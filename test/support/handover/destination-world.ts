import { ulid } from 'ulid'
import { AccountStore } from '../../../lib/accounts/store/account-store.ts'
import { DynamoCircuits } from '../../../lib/handover/circuits/dynamo-circuits.ts'
import { DynamoDestinations } from '../../../lib/handover/destinations/destination-store.ts'
import { DynamoDestinationTokens } from '../../../lib/handover/destinations/destination-tokens.ts'
import { OpenDeliveries } from '../../../lib/handover/destinations/destination-use.ts'
import { FiguresStore } from '../../../lib/handover/destinations/figures.ts'
import type { DestinationServices } from '../../../lib/handover/destinations/manage-destinations.ts'
import { QueueStore } from '../../../lib/queues/queue-store.ts'
import { auditTrailOver } from '../audit.ts'
import type { TestTables } from '../dynamo.ts'
import { memorySecrets } from '../secrets.ts'

/** The use cases for destinations over test tables, with secrets in a map. */
export const destinationServicesOver = (
  tables: TestTables,
  clock: { now: Date },
  destinationSecrets: DestinationServices['destinationSecrets'] = memorySecrets(),
) => {
  const handover = tables.table('handover')
  const now = () => clock.now
  return {
    destinations: new DynamoDestinations(handover, now),
    tokens: new DynamoDestinationTokens(handover),
    circuits: new DynamoCircuits(handover),
    figures: new FiguresStore(handover),
    openDeliveries: new OpenDeliveries(tables.table('deliveries')),
    queues: new QueueStore(tables.table('dispatching')),
    accounts: new AccountStore(tables.table('accounts')),
    destinationSecrets,
    audit: auditTrailOver(tables, now),
    webhookRules: { allowPrivateAddresses: false, allowClearTextOnLoopback: false, extraWebhookPorts: [8443] },
    now,
    newId: () => ulid(),
  } satisfies DestinationServices
}

export const signingSecretOf = (bytes: number, fill = 1): string =>
  `whsec_${Buffer.alloc(bytes, fill).toString('base64')}`

/** A webhook in a request. */
export const webhookInput = (fields: object = {}, webhook: object = {}) => ({
  name: 'Tickets',
  kind: 'webhook',
  webhook: { url: 'https://tickets.example.com/hooks', signingSecret: signingSecretOf(32), ...webhook },
  ...fields,
})
