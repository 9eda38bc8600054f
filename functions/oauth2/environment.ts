import { roleEnvironmentSchema } from '../shared/http/role-environment.ts'
import { networkEnvironmentSchema } from '../shared/network-environment.ts'
import { parseEnvironment, requiredText } from '../shared/parse-environment.ts'
import { publicUrlField } from '../shared/public-url.ts'

export const oauth2Environment = () =>
  parseEnvironment(
    roleEnvironmentSchema.extend({
      ACCOUNTS_TABLE: requiredText,
      AUDIT_TABLE: requiredText,
      OAUTH2_TABLE: requiredText,
      OAUTH_GRANTS_TABLE: requiredText,
      SECRET_NAME_PREFIX: requiredText,
      DEPLOYMENT_ID: requiredText,
      SECRET_KEY_ARN: requiredText.optional(),
      PUBLIC_URL: publicUrlField,
      ALLOW_CLEAR_TEXT_ON_LOOPBACK: networkEnvironmentSchema.shape.ALLOW_CLEAR_TEXT_ON_LOOPBACK,
    }),
  )
