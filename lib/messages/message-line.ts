import * as z from 'zod'
import { exampleIds } from '../requests/documented-fields.ts'
import { type Message, messageSchema } from './message.ts'

/** A message as one line of a list, with a sentence about what was done with it. */
export const messageLineSchema = messageSchema
  .pick({ messageId: true, storedAt: true, size: true, queueId: true, queueName: true, reason: true })
  .extend({
    from: z
      .string()
      .meta({
        description: 'The sender in the message’s From header. It is absent if the header could not be read.',
        examples: ['Jane Doe <jane@example.org>'],
      })
      .optional(),
    subject: z
      .string()
      .meta({
        description: 'The message’s subject. It is absent if the header could not be read.',
        examples: ['Printer on fire'],
      })
      .optional(),
    erased: z
      .boolean()
      .meta({ description: 'True if an admin erased the content of the message. Absent otherwise.', examples: [true] })
      .optional(),
    done: z.string().meta({
      description: 'What Postmaster has done with the message so far.',
      examples: ['Stored; announced; deleted on the server.'],
    }),
    link: z.string().meta({
      description: 'The API path of the message’s full record.',
      format: 'uri-reference',
      examples: [`/messages/${exampleIds.message}`],
    }),
  })
  .meta({ id: 'MessageLine', description: 'One message of a run.' })
export type MessageLine = z.infer<typeof messageLineSchema>

export const messageLineOf = (message: Message): MessageLine => {
  const { messageId, storedAt, size, queueId, queueName, reason, header } = message
  return {
    messageId,
    storedAt,
    size,
    queueId,
    queueName,
    reason,
    ...(header?.from !== undefined && { from: header.from }),
    ...(header?.subject !== undefined && { subject: header.subject }),
    ...(message.erased && { erased: true }),
    done: `${['Stored', announcementWords(message), serverWords[message.server]].join('; ')}.`,
    link: `/messages/${messageId}`,
  }
}

const announcementWords = ({ state, sameAs }: Message): string => {
  if (sameAs !== undefined) return `not announced because it repeats message ${sameAs}`
  switch (state) {
    case 'announced':
      return 'announced'
    case 'stored':
      return 'not announced yet'
    case 'erased':
      return 'erased'
    case 'ignored':
      return 'not announced because a control header asks to ignore it'
  }
}

const serverWords = {
  present: 'still on the server',
  deleted: 'deleted on the server',
  moved: 'moved to another folder',
  kept: 'kept on the server',
} as const
