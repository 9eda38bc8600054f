import * as z from 'zod'
import { reasonSchema } from '../../reasons/reason.ts'
import { exampleIds, timeField } from '../../requests/documented-fields.ts'

/** How many runs are remembered for each message. They show whether the reason has changed. */
export const attemptsKept = 10

/** One row of the unstored table: a message that stays on its mail server, because no run can store it. */
export const unstoredMessageSchema = z.object({
  messageId: z.string().meta({
    description: 'The message’s id. Postmaster has neither a record nor the content of the message under this id.',
    examples: [exampleIds.message],
  }),
  accountId: z.string().meta({ description: 'The id of its account.', examples: [exampleIds.account] }),
  folder: z
    .string()
    .meta({ description: 'The folder; IMAP only.', examples: ['INBOX'] })
    .optional(),
  uid: z.string().meta({ description: 'The message’s UID (IMAP) or UIDL (POP3) on the server.', examples: ['4711'] }),
  size: z.int().meta({ description: 'The size in bytes, as far as it is known.', examples: [200_000_000] }),
  arrivedAt: timeField('When the message arrived; IMAP only.', '2026-03-02T08:09:12.000Z').optional(),
  state: z.enum(['quarantined', 'handled']).meta({
    description: '`quarantined`: a person must decide. `handled`: a person decided that nothing remains to be done.',
    examples: ['quarantined'],
  }),
  reason: reasonSchema
    .extend({
      code: z.string().meta({
        description: 'A stable code: `too-large`, `deadly`, `absent`, `unstorable` or `raw-mail-differs`.',
        examples: ['too-large'],
      }),
      detail: z.string().meta({
        description: 'What happened.',
        examples: ['The message has 200000000 bytes, but the account allows 157286400.'],
      }),
      remedy: z.string().meta({
        description: 'What a person can do about it.',
        examples: ['Increase the account’s message size limit, and try again.'],
      }),
    })
    .meta({ description: 'Why the message is not stored.' }),
  firstAt: timeField('When a run first skipped the message.', '2026-03-02T08:10:04.218Z'),
  lastAt: timeField('When a run last recorded that it skips the message.', '2026-03-02T09:10:04.218Z'),
  attempts: z
    .array(
      z.object({
        at: timeField('The time of the attempt.'),
        runId: z.string().meta({ description: 'The run.', examples: [exampleIds.run] }),
        code: z.string().meta({ description: 'The code of the reason at that time.', examples: ['too-large'] }),
      }),
    )
    .meta({
      description: `The last ${attemptsKept} recorded attempts, oldest first; at most one per hour is recorded.`,
    }),
  handled: z
    .string()
    .meta({
      description: 'Who marked the message as handled, and why.',
      examples: ['Jane marked the message as handled.'],
    })
    .optional(),
  /** Incremented by every write. A write applies only to the revision that was read. */
  revision: z.int(),
})
export type UnstoredMessage = Readonly<z.infer<typeof unstoredMessageSchema>>
