import * as z from 'zod'
import { networkEnvironmentSchema } from '../shared/network-environment.ts'
import { parseEnvironment, requiredText } from '../shared/parse-environment.ts'
import { publicUrlField } from '../shared/public-url.ts'

export const startEnvironment = () =>
  parseEnvironment(
    z.object({
      ALLOW_CLEAR_TEXT_ON_LOOPBACK: networkEnvironmentSchema.shape.ALLOW_CLEAR_TEXT_ON_LOOPBACK,
      ACCOUNTS_TABLE: requiredText,
      OAUTH2_TABLE: requiredText,
      CONSENTS_TABLE: requiredText,
      PUBLIC_URL: publicUrlField,
    }),
  )
