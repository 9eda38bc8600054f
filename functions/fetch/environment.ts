import * as z from 'zod'
import { parseEnvironment, requiredText } from '../shared/parse-environment.ts'

const ports = z
  .string()
  .regex(/^(\d{1,5}(,\d{1,5})*)?$/)
  .transform((text) => (text === '' ? [] : text.split(',').map(Number)))

/** What the fetch function is told by its deployment. */
export const fetchEnvironment = () =>
  parseEnvironment(
    z.object({
      ACCOUNTS_TABLE: requiredText,
      ACCOUNT_STATUS_TABLE: requiredText,
      DISPATCHING_TABLE: requiredText,
      MESSAGES_TABLE: requiredText,
      RUNS_TABLE: requiredText,
      RAW_BUCKET: requiredText,
      FETCH_QUEUE_URL: requiredText,
      ANNOUNCEMENT_TOPIC_ARN: requiredText,
      SECRET_NAME_PREFIX: requiredText,
      TICK_MINUTES: z.coerce.number().int().min(1),
      ALLOW_PRIVATE_ADDRESSES: z.enum(['true', 'false']).transform((text) => text === 'true'),
      EXTRA_MAIL_PORTS: ports,
      CONTROL_HEADER_PREFIX: requiredText,
    }),
  )
