import { ulid } from 'ulid'
import { AccountStore } from '../../lib/accounts/store/account-store.ts'
import { DynamoCircuits } from '../../lib/handover/circuits/dynamo-circuits.ts'
import { DynamoDestinations } from '../../lib/handover/destinations/destination-store.ts'
import { DynamoDestinationTokens } from '../../lib/handover/destinations/destination-tokens.ts'
import { OpenDeliveries } from '../../lib/handover/destinations/destination-use.ts'
import { FiguresStore } from '../../lib/handover/destinations/figures.ts'
import type { DestinationServices } from '../../lib/handover/destinations/manage-destinations.ts'
import { QueueStore } from '../../lib/queues/queue-store.ts'
import { readWebhookRules } from '../environment.ts'
import { httpFunction } from '../shared/http/http-function.ts'
import { openLog } from '../shared/logger.ts'
import { openDestinationSecretStore } from '../shared/secrets.ts'
import { openAuditTrail, openTables } from '../shared/tables.ts'
import { destinationRoutes } from './destination-routes.ts'
import { tokenRoutes } from './token-routes.ts'

const log = openLog('destinations')
const tables = openTables(log, 'accounts', 'audit', 'deliveries', 'dispatching', 'handover')

const services: DestinationServices = {
  destinations: new DynamoDestinations(tables.handover),
  tokens: new DynamoDestinationTokens(tables.handover),
  circuits: new DynamoCircuits(tables.handover),
  figures: new FiguresStore(tables.handover),
  openDeliveries: new OpenDeliveries(tables.deliveries),
  queues: new QueueStore(tables.dispatching),
  accounts: new AccountStore(tables.accounts),
  destinationSecrets: openDestinationSecretStore(),
  audit: openAuditTrail(tables.audit, log),
  webhookRules: readWebhookRules(),
  now: () => new Date(),
  newId: () => ulid(),
}

export const handler = httpFunction({ log, routes: [...destinationRoutes(services), ...tokenRoutes(services)] })
