import * as z from 'zod'
import { exampleIds } from '../../requests/documented-fields.ts'
import { incompleteReasons } from './message-contents.ts'
import { partPathSchema } from './part-path.ts'

const bodyText = {
  content: z.string().meta({ description: 'As the sender wrote it, control characters too.', examples: ['It burns.'] }),
  truncated: z
    .boolean()
    .meta({ description: 'True: it goes on beyond 1 MiB; the raw mail has it.', examples: [false] }),
}
const header = (description: string, example: string) =>
  z
    .string()
    .meta({ description, examples: [example] })
    .optional()

export const attachmentViewSchema = z
  .object({
    index: partPathSchema.meta({
      description: 'Names it in `GET /messages/{messageId}/attachments/{index}`.',
      examples: ['1', '2.1'],
    }),
    name: z.string().meta({
      description: 'Safe to save under; made from type and number where the sender gave none.',
      examples: ['fire.jpg'],
    }),
    contentType: z.string().meta({ description: 'As the sender declared it.', examples: ['image/jpeg'] }),
    size: z.int().meta({ description: 'Bytes of the file.', examples: [48213] }),
    inline: z.boolean().meta({ description: 'The sender meant it to be shown within the text.', examples: [true] }),
    contentId: z
      .string()
      .meta({ description: 'The HTML refers to it as `cid:<contentId>`.', examples: ['photo1@example.org'] })
      .optional(),
    isMessage: z
      .boolean()
      .meta({ description: 'A message of its own: read it with `?attachment=<index>`.', examples: [false] }),
  })
  .meta({ id: 'Attachment', description: 'A file within a message.' })

export const messageViewSchema = z
  .object({
    messageId: z.string().meta({ description: 'The stored message.', examples: [exampleIds.message] }),
    attachment: partPathSchema
      .meta({ description: 'Which message within it is shown; absent for itself.', examples: ['2'] })
      .optional(),
    header: z
      .object({
        from: header('Who wrote it.', 'Jane Doe <jane@example.org>'),
        to: header('To whom.', 'Support <support@example.com>'),
        cc: header('With a copy to whom.', 'Joe <joe@example.org>'),
        subject: header('About what.', 'Printer on fire'),
        date: header('When, by the sender’s clock.', '2026-03-02T08:09:51.000Z'),
        messageIdHeader: header('The Message-ID header.', '<1@example.org>'),
      })
      .meta({ description: 'Decoded and printable. Absent where the message has none.' }),
    text: z
      .object(bodyText)
      .meta({ description: 'Its plain text, or else what its HTML says as text. Absent: it has neither.' })
      .optional(),
    textFrom: z
      .literal('html')
      .meta({
        description: '`html`: it has no plain text, and `text` was made from its HTML. Links stand behind their words.',
        examples: ['html'],
      })
      .optional(),
    html: z
      .object({
        ...bodyText,
        form: z.enum(['sanitised', 'source']).meta({ description: 'As it was asked for.', examples: ['sanitised'] }),
        remoteContentRemoved: z
          .int()
          .meta({ description: 'Images from elsewhere that were taken out.', examples: [1] })
          .optional(),
      })
      .meta({ description: 'Its HTML. Absent: not asked for, none there, or see `htmlLeftOut`.' })
      .optional(),
    htmlLeftOut: z
      .string()
      .meta({
        description: 'Why HTML that is there is not shown.',
        examples: ['Its elements are nested more than 500 deep.'],
      })
      .optional(),
    attachments: z.array(attachmentViewSchema).meta({ description: 'In the order of the message, at most 1,000.' }),
    incomplete: z
      .object({
        code: z.enum(incompleteReasons).meta({ description: 'Stable.', examples: ['too-complex'] }),
        words: z.string().meta({
          description: 'The same as a sentence.',
          examples: ['It has more than 1,000 parts or oversized headers; what came before is shown.'],
        }),
      })
      .meta({ description: 'Only where the message could not be read to its end.' })
      .optional(),
  })
  .meta({ id: 'MessageView', description: 'A message as a person reads it.' })
export type MessageView = z.infer<typeof messageViewSchema>
