import * as z from 'zod'
import { accessTokensEnvironmentSchema } from '../shared/access-tokens.ts'
import { networkEnvironmentSchema } from '../shared/network-environment.ts'
import { parseEnvironment, requiredText } from '../shared/parse-environment.ts'

export const endGrantsEnvironment = () =>
  parseEnvironment(
    z.object({
      ...networkEnvironmentSchema.shape,
      ACCOUNTS_TABLE: requiredText,
      ...accessTokensEnvironmentSchema.shape,
    }),
  )
