import * as z from 'zod'
import { bookkeepingFields, exampleIds, timeField } from '../../requests/documented-fields.ts'
import { oneLineText } from '../../text/names.ts'

const comment = oneLineText.max(250).meta({ description: 'A note for other admins.', examples: ['Agent on otobo01'] })

export const tokenInputSchema = z
  .strictObject({ comment: comment.default('') })
  .meta({ id: 'DestinationTokenInput', description: 'A new token of a destination.' })
export type TokenInput = z.output<typeof tokenInputSchema>

export const tokenIdField = z
  .string()
  .min(1)
  .max(64)
  .meta({ description: 'The token’s id, which is not secret.', examples: [exampleIds.token] })

export const tokenViewSchema = z
  .object({
    tokenId: tokenIdField,
    comment,
    createdAt: bookkeepingFields.createdAt,
    createdBy: bookkeepingFields.createdBy,
    createdBySub: bookkeepingFields.createdBySub,
    lastUsedAt: timeField('When it was last used, accurate to the minute. Absent if it never was.').optional(),
    agent: z
      .object({
        host: z.string().meta({ description: 'The host on which it runs.', examples: ['otobo01'] }),
        version: z.string().meta({ description: 'Its version.', examples: ['1.0.0'] }),
      })
      .meta({ description: 'The agent that last used the token.' })
      .optional(),
  })
  .meta({ id: 'DestinationToken', description: 'A token of a destination. Only its hash is stored.' })
export type TokenView = z.infer<typeof tokenViewSchema>

export const newTokenViewSchema = tokenViewSchema
  .extend({
    token: z.string().meta({
      description: 'The token itself. It is shown only in this response.',
      examples: ['pmt_uRZGNvKp3wQ1yTj7oXcB5aVdLhE9sM2fIkU8nY4rP0g'],
    }),
  })
  .meta({ id: 'NewDestinationToken', description: 'A new token of a destination.' })
