import { ulid } from 'ulid'
import { TestReceipts } from '../../lib/connection-tests/test-receipts.ts'
import { probeMailbox } from '../../lib/mailbox/probe/probe-mailbox.ts'
import { ProfileStore } from '../../lib/oauth2/profiles/profile-store.ts'
import { ProviderStore } from '../../lib/oauth2/providers/provider-store.ts'
import { chosenProfiles } from '../../lib/oauth2/setup.ts'
import { readNetworkRules } from '../environment.ts'
import { httpFunction } from '../shared/http/http-function.ts'
import { openLog } from '../shared/logger.ts'
import { openTables } from '../shared/tables.ts'
import { unsavedTestRoutes } from './routes.ts'

const log = openLog('unsaved-test')
const tables = openTables(log, 'connectionTests', 'oauth2')
const network = readNetworkRules()

/** In milliseconds. A test ends earlier; the limit applies only if our own code has a defect. */
const longestTest = 20_000

export const handler = httpFunction({
  log,
  routes: unsavedTestRoutes({
    profiles: chosenProfiles({
      profiles: new ProfileStore(tables.oauth2),
      providers: new ProviderStore(tables.oauth2),
    }),
    allowClearTextOnLoopback: network.allowClearTextOnLoopback,
    receipts: new TestReceipts(tables.connectionTests),
    now: () => new Date(),
    newId: () => ulid(),
    probe: (settings, options) => probeMailbox(settings, network, AbortSignal.timeout(longestTest), options),
  }),
})
