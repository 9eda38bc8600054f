import * as z from 'zod'
import { exampleIds } from '../../requests/documented-fields.ts'
import { incompleteReasons } from './message-contents.ts'
import { longestShownValue, mostShownFields } from './shown-fields.ts'
import { partPathSchema } from './sorted-parts.ts'

/** A newsletter loads its images from one to five hosts. The sender could name thousands, which no person reads. */
export const remoteHostsShown = 20

const bodyText = {
  content: z.string().meta({ description: 'The text, which may include control characters.', examples: ['It burns.'] }),
  truncated: z.boolean().meta({
    description: '`true` if the content was cut at 1 MiB. The raw mail contains all of it.',
    examples: [false],
  }),
}
const header = (description: string, example: string) =>
  z
    .string()
    .meta({ description, examples: [example] })
    .optional()

export const signedDetail = 'The message or a part of it is signed. Postmaster does not verify signatures.'

export const attachmentViewSchema = z
  .object({
    index: partPathSchema.meta({
      description: 'The index for `GET /messages/{messageId}/attachments/{index}`.',
      examples: ['1', '2.1'],
    }),
    name: z.string().meta({
      description:
        'A safe file name. If the sender’s name is missing or unusable, the name is built from the type and number.',
      examples: ['fire.jpg'],
    }),
    contentType: z.string().meta({ description: 'The content type declared by the sender.', examples: ['image/jpeg'] }),
    size: z.int().meta({ description: 'The size of the file, in bytes.', examples: [48213] }),
    inline: z.boolean().meta({
      description: 'Whether the sender intended the attachment to be shown within the text.',
      examples: [true],
    }),
    contentId: z
      .string()
      .meta({
        description: 'The Content-ID. The HTML refers to the attachment as `cid:<contentId>`.',
        examples: ['photo1@example.org'],
      })
      .optional(),
    isMessage: z.boolean().meta({
      description: 'Whether the attachment is itself a message. Read it with `?attachment=<index>`.',
      examples: [false],
    }),
  })
  .meta({ id: 'Attachment', description: 'A file or message attached to a message.' })

export const messageViewSchema = z
  .object({
    messageId: z.string().meta({ description: 'The stored message.', examples: [exampleIds.message] }),
    attachment: partPathSchema
      .meta({
        description:
          'The index of the attached message that is shown. It is absent if the stored message itself is shown.',
        examples: ['2'],
      })
      .optional(),
    header: z
      .object({
        from: header('The From header.', 'Jane Doe <jane@example.org>'),
        to: header('The To header.', 'Support <support@example.com>'),
        cc: header('The Cc header.', 'Joe <joe@example.org>'),
        subject: header('The Subject header.', 'Printer on fire'),
        date: header('When the message was written, according to the sender’s clock.', '2026-03-02T08:09:51.000Z'),
        messageIdHeader: header('The Message-ID header.', '<1@example.org>'),
      })
      .meta({
        description: 'The decoded, printable header fields. A field is absent if the message does not have it.',
      }),
    fields: z
      .array(
        z.object({
          name: z.string().meta({ description: 'The name, in lower case.', examples: ['received'] }),
          value: z.string().meta({
            description: `The decoded, printable value. It is cut at ${longestShownValue} characters.`,
            examples: ['from mx.example.org by mail.example.com; Mon, 2 Mar 2026 08:09:51 +0000'],
          }),
        }),
      )
      .max(mostShownFields)
      .meta({
        description: `The first ${mostShownFields} fields of the header, in order. Present only if the request has \`fields=true\`.`,
      })
      .optional(),
    text: z
      .object(bodyText)
      .meta({
        description:
          'The message’s texts, in order. A text that exists only as HTML is converted. The field is absent if the ' +
          'message has no text.',
      })
      .optional(),
    textFrom: z
      .literal('html')
      .meta({
        description: '`html` if at least part of `text` was converted from HTML. Link targets follow the link text.',
        examples: ['html'],
      })
      .optional(),
    html: z
      .object({
        ...bodyText,
        form: z
          .enum(['sanitised', 'source'])
          .meta({ description: 'The form given in the request.', examples: ['sanitised'] }),
        remoteContentRemoved: z
          .int()
          .meta({ description: 'The number of remote images that were removed.', examples: [1] })
          .optional(),
        remoteContentHosts: z
          .array(z.string())
          .max(remoteHostsShown)
          .meta({
            description: `The hosts of the removed images, each once and at most ${remoteHostsShown}. A host that cannot be read is left out.`,
            examples: [['images.example.org']],
          })
          .optional(),
      })
      .meta({
        description:
          'The message’s HTML, in which plain texts outside alternatives are converted to HTML. It is absent if it was ' +
          'not requested, if the message has none, or for the reason in `htmlLeftOut`.',
      })
      .optional(),
    htmlLeftOut: z
      .string()
      .meta({
        description: 'Why the message’s HTML is not shown.',
        examples: ['The elements are nested more than 500 deep.'],
      })
      .optional(),
    attachments: z
      .array(attachmentViewSchema)
      .meta({ description: 'The attachments, in the order in which they appear in the message (at most 1,000).' }),
    signed: z
      .object({
        detail: z.string().meta({ description: 'An explanation as a sentence.', examples: [signedDetail] }),
      })
      .meta({
        description:
          'Present only if the message or a part of it is inside a signature (S/MIME or `multipart/signed`). Signatures ' +
          'are not verified.',
      })
      .optional(),
    incomplete: z
      .object({
        code: z.enum(incompleteReasons).meta({ description: 'A stable code.', examples: ['too-complex'] }),
        detail: z.string().meta({
          description: 'The reason as a sentence.',
          examples: [
            'The message has more than 1,000 parts or oversized headers. The view shows the content before that point.',
          ],
        }),
      })
      .meta({ description: 'Present only if the message could not be read completely.' })
      .optional(),
  })
  .meta({ id: 'MessageView', description: 'A message in readable form.' })
export type MessageView = z.infer<typeof messageViewSchema>
