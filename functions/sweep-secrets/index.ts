import { PasswordAccounts } from '../../lib/accounts/store/password-accounts.ts'
import { DestinationSecretOwners } from '../../lib/handover/destinations/secrets/secret-owners.ts'
import { ProfileStore } from '../../lib/oauth2/profiles/profile-store.ts'
import { backgroundFunction } from '../shared/background-function.ts'
import { openLog } from '../shared/logger.ts'
import { openMetrics } from '../shared/metrics.ts'
import { openNotices } from '../shared/notices.ts'
import { openClientSecretStore, openDestinationSecretStore, openPasswordStore } from '../shared/secrets.ts'
import { openTables } from '../shared/tables.ts'
import { sweepHandler } from './handler.ts'

const log = openLog('sweep-secrets')
const tables = openTables(log, 'accounts', 'handover', 'oauth2')
const now = () => new Date()

export const handler = backgroundFunction(
  log,
  sweepHandler({
    log,
    metrics: openMetrics('sweep-secrets'),
    notices: openNotices(),
    services: {
      kinds: [
        {
          kind: 'account',
          secrets: openPasswordStore(),
          owners: new PasswordAccounts(tables.accounts, now),
        },
        {
          kind: 'profile',
          secrets: openClientSecretStore(),
          owners: new ProfileStore(tables.oauth2),
        },
        {
          kind: 'destination',
          secrets: openDestinationSecretStore(),
          owners: new DestinationSecretOwners(tables.handover),
        },
      ],
      now,
    },
  }),
)
