import * as z from 'zod'
import { roleEnvironmentSchema } from '../shared/http/role-environment.ts'
import { networkEnvironmentSchema } from '../shared/network-environment.ts'
import { parseEnvironment, requiredText } from '../shared/parse-environment.ts'

/** The environment variables of the accounts function. */
export const accountsEnvironment = () =>
  parseEnvironment(
    z.object({
      ...roleEnvironmentSchema.shape,
      ...networkEnvironmentSchema.pick({ ALLOW_CLEAR_TEXT_ON_LOOPBACK: true }).shape,
      ACCOUNTS_TABLE: requiredText,
      AUDIT_TABLE: requiredText,
      MAILBOX_CLAIMS_TABLE: requiredText,
      CONNECTION_TESTS_TABLE: requiredText,
      ACCOUNT_STATUS_TABLE: requiredText,
      DISPATCHING_TABLE: requiredText,
      OAUTH2_TABLE: requiredText,
      OAUTH_GRANTS_TABLE: requiredText,
      RUNS_TABLE: requiredText,
      FETCH_QUEUE_URL: requiredText,
      SECRET_NAME_PREFIX: requiredText,
      DEPLOYMENT_ID: requiredText,
      SECRET_KEY_ARN: requiredText.optional(),
    }),
  )
