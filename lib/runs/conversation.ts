import * as z from 'zod'
import { timeField } from '../requests/documented-fields.ts'

/** Bytes kept of one run's conversation, about 10,000 lines. Longer recordings are a task for other tools. */
export const conversationLimit = 1024 * 1024
/**
 * A conversation is usually read on the day of the run. It contains folder names and message ids, so it is not kept for
 * longer.
 */
export const hoursKept = 24

export const conversationLineSchema = z
  .object({
    at: timeField('The time at which the line was sent or received.'),
    by: z.enum(['postmaster', 'server', 'note']).meta({
      description: 'Who sent the line. `note` marks a remark by the recorder.',
      examples: ['postmaster'],
    }),
    text: z.string().meta({
      description:
        'The line, with control characters as `\\x1b` or `\\u{2028}`. Credentials are left out. Literals, messages and POP3 listings are replaced by their size.',
      examples: ['3 SELECT INBOX'],
    }),
  })
  .meta({ description: 'One line of the conversation.' })
export type ConversationLine = z.infer<typeof conversationLineSchema>

/** Parts are numbered from 1 without gaps across all invocations of a run. */
export interface ConversationPart {
  readonly runId: string
  readonly number: number
  readonly lines: readonly ConversationLine[]
}
