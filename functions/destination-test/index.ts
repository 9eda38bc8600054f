import { DynamoDestinations } from '../../lib/handover/destinations/destination-store.ts'
import { DynamoDestinationTokens } from '../../lib/handover/destinations/destination-tokens.ts'
import { SecretsManagerDestinationSecrets } from '../../lib/handover/destinations/secrets/destination-secrets.ts'
import { WebhookAdapter } from '../../lib/handover/webhook/webhook-adapter.ts'
import { readEnvironment, readWebhookRules } from '../environment.ts'
import { httpFunction } from '../shared/http/http-function.ts'
import { openLog } from '../shared/logger.ts'
import { openDestinationSecretReader } from '../shared/secrets.ts'
import { openTables } from '../shared/tables.ts'
import { destinationTestRoutes } from './routes.ts'

const log = openLog('destination-test')
const tables = openTables(log, 'handover')
const publicUrl = readEnvironment(['PUBLIC_URL']).PUBLIC_URL
const rules = readWebhookRules()
const now = () => new Date()

/** In milliseconds. The gateway gives up after 30 s. A destination's own time-out may be longer. */
const longestTest = 20_000

export const handler = httpFunction({
  log,
  routes: destinationTestRoutes({
    destinations: new DynamoDestinations(tables.handover),
    tokens: new DynamoDestinationTokens(tables.handover),
    secrets: new SecretsManagerDestinationSecrets(openDestinationSecretReader()),
    webhookRules: rules,
    webhookWith: (secrets) => new WebhookAdapter({ secrets, rules, publicUrl, now }),
    deadline: () => AbortSignal.timeout(longestTest),
    now,
  }),
})
