import * as z from 'zod'
import { type RecoverMessagesServices, recoverMessages } from '../../lib/fetching/recovering/recover-messages.ts'
import { exampleIds } from '../../lib/requests/documented-fields.ts'
import { decodeCursor, encodeCursor } from '../shared/http/lists.ts'
import { type Route, route } from '../shared/http/route.ts'

const bodySchema = z.strictObject({
  from: z.iso.datetime({ offset: true }).meta({
    description:
      'The time of the backup from which the table was restored. Messages that were stored before it are left out, ' +
      'except those of the day before, whose records the backup may lack. Older messages can have no record ' +
      'because records expire 400 days after the mail has left its server.',
    examples: ['2026-03-02T08:00:00Z'],
  }),
  dryRun: z
    .boolean()
    .meta({ description: 'Counts what can be recovered, and writes nothing.', examples: [true] })
    .default(false),
  next: z
    .string()
    .max(256)
    .meta({
      description: 'The `next` of the previous response. Omit it for the first call.',
      examples: ['eyJrZXkiOiJ4In0'],
    })
    .optional(),
})

const count = (description: string, example: number) => z.int().meta({ description, examples: [example] })

const answerSchema = z
  .object({
    examined: count('The number of messages in the bucket that this call compared with the table.', 1000),
    withoutRecord: count('How many of them had no record.', 4),
    recovered: count('How many of these have a record again. In a dry run: how many can get one.', 3),
    problems: z
      .array(
        z.object({
          messageId: z.string().meta({ description: 'The message’s id.', examples: [exampleIds.message] }),
          code: z
            .enum(['origin-unknown', 'not-recovered'])
            .meta({ description: 'A stable code for programs.', examples: ['origin-unknown'] }),
          detail: z.string().meta({
            description: 'What happened.',
            examples: ['An earlier version of Postmaster stored the raw mail, without the account from which it came.'],
          }),
          remedy: z.string().meta({
            description: 'What a person can do about it.',
            examples: ['Download the raw mail from the bucket.'],
          }),
        }),
      )
      .meta({ description: 'The messages without a record that cannot be recovered.' }),
    next: z
      .string()
      .meta({
        description: 'A token for the next call. It is absent when the whole bucket has been compared.',
        examples: ['eyJrZXkiOiJ4In0'],
      })
      .optional(),
  })
  .meta({ id: 'MessageRecovery', description: 'What a call recovered.' })

const positionSchema = z.strictObject({ after: z.string().max(128) })

export const recoveryRoutes = (services: RecoverMessagesServices): Route[] => [
  route({
    method: 'POST',
    path: '/messages/recover',
    role: 'admin',
    body: bodySchema,
    operation: 'recoverMessages',
    summary: 'Recover lost records of messages',
    description:
      'Compares the raw mail in the bucket with the records of messages, and writes each record that is missing, under ' +
      'the same id. Use it after the messages table was restored from a backup. Queue and trust follow from the ' +
      'present settings. Mail of an account that was deleted goes into the default queue as untrusted. The schedule ' +
      'announces the recovered messages, also those that were announced before, so receivers must drop a repeated id. ' +
      'A call works for about 20 seconds. Repeat it with `next` until the response has none.',
    answers: { 200: { description: 'What the call recovered.', body: answerSchema } },
    examples: [
      { summary: 'Count what can be recovered', body: { from: '2026-03-02T08:00:00Z', dryRun: true }, status: 200 },
      { summary: 'Recover', body: { from: '2026-03-02T08:00:00Z' }, status: 200 },
    ],
    handle: async ({ body: { from, dryRun, next }, caller }) => {
      const after = decodeCursor(positionSchema, next)?.after
      const { after: position, ...recovery } = await recoverMessages(services, { from, dryRun, after }, caller)
      const token = position === undefined ? {} : { next: encodeCursor({ after: position }) }
      return { status: 200, body: { ...recovery, ...token } }
    },
  }),
]
