import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { ulid } from 'ulid'
import { DynamoAccountStore } from '../../lib/accounts/store/dynamo-account-store.ts'
import { DynamoMailboxClaims } from '../../lib/accounts/store/dynamo-mailbox-claims.ts'
import { DynamoTestReceipts } from '../../lib/connection-tests/dynamo-test-receipts.ts'
import { StoredProfiles } from '../../lib/oauth2/accounts/stored-profiles.ts'
import { ProfileStore } from '../../lib/oauth2/profiles/profile-store.ts'
import { ProviderStore } from '../../lib/oauth2/providers/provider-store.ts'
import { StoredConnections } from '../../lib/oauth2/tokens/account-connections.ts'
import { DynamoGrantStore } from '../../lib/oauth2/tokens/dynamo-grant-store.ts'
import { DynamoQueueStore } from '../../lib/queues/queue-store.ts'
import { DynamoRunCatalog } from '../../lib/runs/dynamo-run-catalog.ts'
import { DynamoRunStore } from '../../lib/runs/run-store.ts'
import { DynamoAccountStatusStore } from '../../lib/schedule/dynamo-account-status-store.ts'
import { fetchSavedAccount } from '../../lib/schedule/fetch-saved-account.ts'
import { SecretsManagerSecretStore } from '../../lib/secrets/secrets-manager-secret-store.ts'
import { openAuditTrail } from '../shared/audit-trail.ts'
import { clientSettings } from '../shared/clients.ts'
import { openFetchQueueOfApi } from '../shared/fetch-queue.ts'
import { httpFunction } from '../shared/http/http-function.ts'
import { roleSettingsOf } from '../shared/http/role-environment.ts'
import { openLog, safeFieldsOf } from '../shared/logger.ts'
import { openTables } from '../shared/tables.ts'
import { reportUnreadable } from '../shared/unreadable-rows.ts'
import { accountsEnvironment } from './environment.ts'
import { accountRoutes } from './routes.ts'

const environment = accountsEnvironment()
const tables = openTables({
  accounts: environment.ACCOUNTS_TABLE,
  audit: environment.AUDIT_TABLE,
  mailboxClaims: environment.MAILBOX_CLAIMS_TABLE,
  connectionTests: environment.CONNECTION_TESTS_TABLE,
  accountStatus: environment.ACCOUNT_STATUS_TABLE,
  dispatching: environment.DISPATCHING_TABLE,
  oauth2: environment.OAUTH2_TABLE,
  oauthGrants: environment.OAUTH_GRANTS_TABLE,
  runs: environment.RUNS_TABLE,
})

const log = openLog('accounts')
const profiles = new ProfileStore(tables.oauth2, reportUnreadable(log, 'oauth2'))

const connections = new StoredConnections({
  profiles,
  grants: new DynamoGrantStore(tables.oauthGrants, reportUnreadable(log, 'oauthGrants')),
})
const now = () => new Date()

export const handler = httpFunction({
  roles: roleSettingsOf(environment),
  log,
  routes: accountRoutes({
    accounts: new DynamoAccountStore(tables.accounts, reportUnreadable(log, 'accounts')),
    claims: new DynamoMailboxClaims(tables.mailboxClaims),
    statuses: new DynamoAccountStatusStore(tables.accountStatus, reportUnreadable(log, 'accountStatus')),
    receipts: new DynamoTestReceipts(tables.connectionTests),
    queues: new DynamoQueueStore(tables.dispatching),
    profiles: new StoredProfiles(profiles, new ProviderStore(tables.oauth2)),
    connections,
    allowClearTextOnLoopback: environment.ALLOW_CLEAR_TEXT_ON_LOOPBACK,
    secrets: new SecretsManagerSecretStore(
      new SecretsManagerClient(clientSettings),
      environment.SECRET_NAME_PREFIX,
      environment.DEPLOYMENT_ID,
      environment.SECRET_KEY_ARN,
    ),
    audit: openAuditTrail(tables.audit, log),
    fetchSaved: fetchSavedAccount(
      {
        runs: new DynamoRunStore(tables.runs),
        catalog: new DynamoRunCatalog(tables.runs, reportUnreadable(log, 'runs')),
        queue: openFetchQueueOfApi(environment.FETCH_QUEUE_URL, log),
        connections,
        now,
        newRunId: () => ulid(),
      },
      (error) => log.error('a saved account could not be fetched at once', safeFieldsOf(error)),
    ),
    now,
    newId: () => ulid(),
  }),
})
