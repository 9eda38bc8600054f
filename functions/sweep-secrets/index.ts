import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import * as z from 'zod'
import { DynamoPasswordAccounts } from '../../lib/accounts/store/password-accounts.ts'
import { ProfileStore } from '../../lib/oauth2/profiles/profile-store.ts'
import {
  SecretsManagerClientSecretStore,
  SecretsManagerSecretStore,
} from '../../lib/secrets/secrets-manager-secret-store.ts'
import { clientSettings } from '../shared/clients.ts'
import { openLog } from '../shared/logger.ts'
import { openMetrics } from '../shared/metrics.ts'
import { parseEnvironment, requiredText } from '../shared/parse-environment.ts'
import { openTables } from '../shared/tables.ts'
import { sweepHandler } from './handler.ts'

const environment = parseEnvironment(
  z.object({
    ACCOUNTS_TABLE: requiredText,
    OAUTH2_TABLE: requiredText,
    SECRET_NAME_PREFIX: requiredText,
    DEPLOYMENT_ID: requiredText,
  }),
)
const tables = openTables({ accounts: environment.ACCOUNTS_TABLE, oauth2: environment.OAUTH2_TABLE })
const client = new SecretsManagerClient(clientSettings)
const { SECRET_NAME_PREFIX: prefix, DEPLOYMENT_ID: deployment } = environment
const now = () => new Date()

export const handler = sweepHandler({
  log: openLog('sweep-secrets'),
  metrics: openMetrics('sweep-secrets'),
  services: {
    kinds: [
      {
        kind: 'account',
        secrets: new SecretsManagerSecretStore(client, prefix, deployment),
        owners: new DynamoPasswordAccounts(tables.accounts, now),
      },
      {
        kind: 'profile',
        secrets: new SecretsManagerClientSecretStore(client, prefix, deployment),
        owners: new ProfileStore(tables.oauth2),
      },
    ],
    now,
  },
})
