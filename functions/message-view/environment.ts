import { roleEnvironmentSchema } from '../shared/http/role-environment.ts'
import { parseEnvironment, requiredText } from '../shared/parse-environment.ts'

export const messageViewEnvironment = () =>
  parseEnvironment(roleEnvironmentSchema.extend({ MESSAGES_TABLE: requiredText, RAW_BUCKET: requiredText }))
