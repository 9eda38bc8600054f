import { roleEnvironmentSchema } from '../shared/http/role-environment.ts'
import { parseEnvironment, requiredText } from '../shared/parse-environment.ts'

export const auditEnvironment = () => parseEnvironment(roleEnvironmentSchema.extend({ AUDIT_TABLE: requiredText }))
