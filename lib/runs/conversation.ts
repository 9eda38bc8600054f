import * as z from 'zod'
import { timeField } from '../requests/documented-fields.ts'

/** Bytes kept of one run's conversation: some 10,000 lines. Whoever needs more has a tool beside Postmaster for it. */
export const conversationLimit = 1024 * 1024
/** Who asks for a conversation looks at it within the day; it shows folder names and message ids, so it does not stay. */
export const hoursKept = 24

export const conversationLineSchema = z
  .object({
    at: timeField('When the line was sent or received.'),
    by: z.enum(['postmaster', 'server', 'note']).meta({
      description: 'Who said it; `note` is a remark of the recorder.',
      examples: ['postmaster'],
    }),
    text: z.string().meta({
      description:
        'The line, control characters as `\\x1b` or `\\u{2028}`. Credentials are left out; of literals, messages and POP3 listings only the size is kept.',
      examples: ['3 SELECT INBOX'],
    }),
  })
  .meta({ description: 'One line of the protocol.' })
export type ConversationLine = z.infer<typeof conversationLineSchema>

/** Parts are numbered from 1 without gaps, over all invocations of a run. */
export interface ConversationPart {
  readonly runId: string
  readonly number: number
  readonly lines: readonly ConversationLine[]
}

export interface ConversationWriter {
  write(part: ConversationPart): Promise<void>
}

export interface ConversationReader {
  /** The parts behind `after`, in order, up to the first that is not there; at most `partsPerRead`. */
  partsAfter(runId: string, after: number): Promise<ConversationPart[]>
}

/** DynamoDB hands over up to 100 rows at once. */
export const partsPerRead = 100
