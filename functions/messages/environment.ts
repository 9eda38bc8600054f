import { roleEnvironmentSchema } from '../shared/http/role-environment.ts'
import { parseEnvironment, requiredText } from '../shared/parse-environment.ts'

export const messagesEnvironment = () =>
  parseEnvironment(
    roleEnvironmentSchema.extend({ MESSAGES_TABLE: requiredText, RUNS_TABLE: requiredText, RAW_BUCKET: requiredText }),
  )
