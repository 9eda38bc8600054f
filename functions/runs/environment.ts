import { roleEnvironmentSchema } from '../shared/http/role-environment.ts'
import { parseEnvironment, requiredText } from '../shared/parse-environment.ts'

export const runsEnvironment = () =>
  parseEnvironment(
    roleEnvironmentSchema.extend({
      ACCOUNTS_TABLE: requiredText,
      AUDIT_TABLE: requiredText,
      RUNS_TABLE: requiredText,
      CONVERSATIONS_TABLE: requiredText,
      FETCH_QUEUE_URL: requiredText,
    }),
  )
