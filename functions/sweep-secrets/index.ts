import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import * as z from 'zod'
import { DynamoAccountReader } from '../../lib/accounts/dynamo-account-reader.ts'
import { SecretsManagerSecretStore } from '../../lib/secrets/secrets-manager-secret-store.ts'
import { clientSettings } from '../shared/clients.ts'
import { openLog } from '../shared/logger.ts'
import { parseEnvironment, requiredText } from '../shared/parse-environment.ts'
import { openTables } from '../shared/tables.ts'
import { sweepHandler } from './handler.ts'

const environment = parseEnvironment(z.object({ ACCOUNTS_TABLE: requiredText, SECRET_NAME_PREFIX: requiredText }))
const tables = openTables({ accounts: environment.ACCOUNTS_TABLE })
const secrets = new SecretsManagerSecretStore(new SecretsManagerClient(clientSettings), environment.SECRET_NAME_PREFIX)

export const handler = sweepHandler({
  log: openLog('sweep-secrets'),
  services: { inventory: secrets, secrets, accounts: new DynamoAccountReader(tables.accounts), now: () => new Date() },
})
