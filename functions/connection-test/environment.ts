import * as z from 'zod'
import { roleEnvironmentSchema } from '../shared/http/role-environment.ts'
import { networkEnvironmentSchema } from '../shared/network-environment.ts'
import { parseEnvironment, requiredText } from '../shared/parse-environment.ts'

export const connectionTestEnvironment = () =>
  parseEnvironment(
    z.object({
      ...roleEnvironmentSchema.shape,
      ...networkEnvironmentSchema.shape,
      ACCOUNTS_TABLE: requiredText,
      CONNECTION_TESTS_TABLE: requiredText,
      SECRET_NAME_PREFIX: requiredText,
    }),
  )
