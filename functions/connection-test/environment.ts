import * as z from 'zod'
import { accessTokensEnvironmentSchema } from '../shared/access-tokens.ts'
import { roleEnvironmentSchema } from '../shared/http/role-environment.ts'
import { networkEnvironmentSchema } from '../shared/network-environment.ts'
import { parseEnvironment, requiredText } from '../shared/parse-environment.ts'

export const connectionTestEnvironment = () =>
  parseEnvironment(
    z.object({
      ...roleEnvironmentSchema.shape,
      ...networkEnvironmentSchema.shape,
      ACCOUNTS_TABLE: requiredText,
      ...accessTokensEnvironmentSchema.shape,
    }),
  )
