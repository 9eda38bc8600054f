import * as z from 'zod'
import { parseEnvironment, requiredText } from '../shared/parse-environment.ts'

/** The environment variables that the deployment sets for the dispatch function. */
export const dispatchEnvironment = () =>
  parseEnvironment(
    z.object({
      ACCOUNTS_TABLE: requiredText,
      MAILBOX_CLAIMS_TABLE: requiredText,
      ACCOUNT_STATUS_TABLE: requiredText,
      MESSAGES_TABLE: requiredText,
      RUNS_TABLE: requiredText,
      RAW_BUCKET: requiredText,
      FETCH_QUEUE_URL: requiredText,
      ANNOUNCEMENT_TOPIC_ARN: requiredText,
      TICK_MINUTES: z.coerce.number().int().min(1),
    }),
  )
