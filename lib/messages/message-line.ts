import * as z from 'zod'
import { exampleIds } from '../requests/documented-fields.ts'
import { type Message, messageSchema } from './message.ts'

/** A message as one line of a list, with what was done with it in words. */
export const messageLineSchema = messageSchema
  .pick({ messageId: true, storedAt: true, size: true, queueId: true, queueName: true, reason: true })
  .extend({
    from: z
      .string()
      .meta({
        description: 'As its header says; absent where it could not be read.',
        examples: ['Jane Doe <jane@example.org>'],
      })
      .optional(),
    subject: z
      .string()
      .meta({ description: 'As its header says; absent where it could not be read.', examples: ['Printer on fire'] })
      .optional(),
    done: z.string().meta({
      description: 'What was done with it so far.',
      examples: ['Stored; announced; deleted on the server.'],
    }),
    link: z.string().meta({
      description: 'Where everything known of it can be read.',
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
    done: `${['Stored', announcementWords(message), serverWords[message.server]].join('; ')}.`,
    link: `/messages/${messageId}`,
  }
}

const announcementWords = ({ state, sameAs }: Message): string => {
  if (sameAs !== undefined) return `not announced, as it repeats message ${sameAs}`
  switch (state) {
    case 'announced':
      return 'announced'
    case 'stored':
      return 'not announced yet'
    case 'ignored':
      return 'not announced, as a control header wishes'
  }
}

const serverWords = {
  present: 'still on the server',
  deleted: 'deleted on the server',
  moved: 'moved to another folder',
  kept: 'kept on the server',
} as const
