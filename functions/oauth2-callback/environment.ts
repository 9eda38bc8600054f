import * as z from 'zod'
import { accessTokensEnvironmentSchema } from '../shared/access-tokens.ts'
import { networkEnvironmentSchema } from '../shared/network-environment.ts'
import { parseEnvironment, requiredText } from '../shared/parse-environment.ts'
import { publicUrlField } from '../shared/public-url.ts'

export const callbackEnvironment = () =>
  parseEnvironment(
    z.object({
      ...networkEnvironmentSchema.shape,
      ...accessTokensEnvironmentSchema.shape,
      ACCOUNTS_TABLE: requiredText,
      ACCOUNT_STATUS_TABLE: requiredText,
      CONSENTS_TABLE: requiredText,
      RUNS_TABLE: requiredText,
      AUDIT_TABLE: requiredText,
      FETCH_QUEUE_URL: requiredText,
      PUBLIC_URL: publicUrlField,
    }),
  )
