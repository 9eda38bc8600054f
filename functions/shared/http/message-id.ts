import * as z from 'zod'
import { exampleIds } from '../../../lib/requests/documented-fields.ts'

/** The ID of a message in a path, query or body. */
export const messageIdParam = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits')
  .meta({ description: 'The message’s id.', examples: [exampleIds.message] })
