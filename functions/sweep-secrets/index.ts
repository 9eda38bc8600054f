import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import * as z from 'zod'
import { DynamoPasswordAccounts } from '../../lib/accounts/dynamo-password-accounts.ts'
import { DynamoProfileReader } from '../../lib/oauth2/profiles/dynamo-profile-reader.ts'
import {
  SecretsManagerClientSecretStore,
  SecretsManagerSecretStore,
} from '../../lib/secrets/secrets-manager-secret-store.ts'
import { clientSettings } from '../shared/clients.ts'
import { openLog } from '../shared/logger.ts'
import { parseEnvironment, requiredText } from '../shared/parse-environment.ts'
import { openTables } from '../shared/tables.ts'
import { sweepHandler } from './handler.ts'

const environment = parseEnvironment(
  z.object({ ACCOUNTS_TABLE: requiredText, OAUTH2_TABLE: requiredText, SECRET_NAME_PREFIX: requiredText }),
)
const tables = openTables({ accounts: environment.ACCOUNTS_TABLE, oauth2: environment.OAUTH2_TABLE })
const client = new SecretsManagerClient(clientSettings)
const prefix = environment.SECRET_NAME_PREFIX
const now = () => new Date()

export const handler = sweepHandler({
  log: openLog('sweep-secrets'),
  services: {
    kinds: [
      {
        secrets: new SecretsManagerSecretStore(client, prefix),
        owners: new DynamoPasswordAccounts(tables.accounts, now),
      },
      { secrets: new SecretsManagerClientSecretStore(client, prefix), owners: new DynamoProfileReader(tables.oauth2) },
    ],
    now,
  },
})
