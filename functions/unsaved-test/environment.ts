import * as z from 'zod'
import { roleEnvironmentSchema } from '../shared/http/role-environment.ts'
import { networkEnvironmentSchema } from '../shared/network-environment.ts'
import { parseEnvironment, requiredText } from '../shared/parse-environment.ts'

export const unsavedTestEnvironment = () =>
  parseEnvironment(
    z.object({
      ...roleEnvironmentSchema.shape,
      ...networkEnvironmentSchema.shape,
      CONNECTION_TESTS_TABLE: requiredText,
      OAUTH2_TABLE: requiredText,
    }),
  )
