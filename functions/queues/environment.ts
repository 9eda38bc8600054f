import { roleEnvironmentSchema } from '../shared/http/role-environment.ts'
import { parseEnvironment, requiredText } from '../shared/parse-environment.ts'

export const queuesEnvironment = () =>
  parseEnvironment(
    roleEnvironmentSchema.extend({
      ACCOUNTS_TABLE: requiredText,
      AUDIT_TABLE: requiredText,
      DISPATCHING_TABLE: requiredText,
    }),
  )
