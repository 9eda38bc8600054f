import * as z from 'zod'
import { accessTokensEnvironmentSchema } from '../shared/access-tokens.ts'
import { networkEnvironmentSchema } from '../shared/network-environment.ts'
import { parseEnvironment, requiredText } from '../shared/parse-environment.ts'

/** The environment variables that the deployment sets for the fetch function. */
export const fetchEnvironment = () =>
  parseEnvironment(
    z.object({
      ACCOUNTS_TABLE: requiredText,
      ACCOUNT_STATUS_TABLE: requiredText,
      DISPATCHING_TABLE: requiredText,
      MESSAGES_TABLE: requiredText,
      RUNS_TABLE: requiredText,
      CONVERSATIONS_TABLE: requiredText,
      RAW_BUCKET: requiredText,
      FETCH_QUEUE_URL: requiredText,
      ANNOUNCEMENT_TOPIC_ARN: requiredText,
      NOTICES_TOPIC_ARN: requiredText,
      TICK_MINUTES: z.coerce.number().int().min(1),
      ...accessTokensEnvironmentSchema.shape,
      ...networkEnvironmentSchema.shape,
      CONTROL_HEADER_PREFIX: requiredText,
    }),
  )
