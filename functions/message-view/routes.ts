import * as z from 'zod'
import { messageViewSchema } from '../../lib/messages/view/message-view.ts'
import { partPathSchema } from '../../lib/messages/view/part-path.ts'
import { exampleIds } from '../../lib/requests/documented-fields.ts'
import { type Route, route } from '../shared/http/route.ts'
import type { MessageReading } from './message-reading.ts'

const messageId = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits')
  .meta({ description: 'The message.', examples: [exampleIds.message] })
const params = { messageId: exampleIds.message }
const attachment = partPathSchema.meta({ description: 'As the view lists it, such as `2` or `2.1`.', examples: ['1'] })

const viewQuerySchema = z.strictObject({
  html: z
    .enum(['sanitised', 'none', 'source'])
    .meta({
      description:
        '`sanitised`: safe to show, without scripts, styles, forms and remote images. `source`: as the sender wrote it, never for a browser.',
      examples: ['sanitised'],
    })
    .default('none'),
  remoteContent: z
    .stringbool({ truthy: ['true'], falsy: ['false'], case: 'sensitive', error: 'must be `true` or `false`' })
    .meta({
      description: '`true` leaves images from elsewhere in sanitised HTML: whoever shows it tells the sender so.',
      examples: ['false'],
    })
    .default(false),
  attachment: attachment
    .meta({ description: 'A message within the message: its index as the view lists it.', examples: ['2'] })
    .optional(),
})

export const messageViewRoutes = (reading: MessageReading): Route[] => [
  route({
    method: 'GET',
    path: '/messages/{messageId}/view',
    role: 'reader',
    params: z.strictObject({ messageId }),
    query: viewQuerySchema,
    operation: 'viewMessage',
    summary: 'Read a message',
    description:
      'Its text (made from the HTML where it has none), its HTML on request, and what is attached. Text and HTML end at 1 MiB each; a broken message shows what can be read of it. ' +
      'Strings stand in the JSON as the sender wrote them: take out control characters before a terminal sees them.',
    answers: { 200: { description: 'What the message holds.', body: messageViewSchema } },
    problems: ['not-found', 'raw-mail-expired', 'attachment-unreadable'],
    examples: [
      { summary: 'Text and attachments', params, status: 200 },
      { summary: 'With HTML that is safe to show', params, query: { html: 'sanitised' }, status: 200 },
    ],
    handle: async ({ params, query }) => ({ status: 200, body: await reading.view({ ...params, ...query }) }),
  }),
  route({
    method: 'GET',
    path: '/messages/{messageId}/attachments/{index}',
    role: 'reader',
    params: z.strictObject({ messageId, index: attachment }),
    operation: 'downloadAttachment',
    summary: 'Download an attachment',
    description:
      'Redirects to a link that needs no token and works for five minutes. It always saves a file, as `application/octet-stream`.',
    answers: { 303: { description: 'Where the file is.', headers: ['location'] } },
    problems: ['not-found', 'raw-mail-expired', 'attachment-unreadable'],
    examples: [{ summary: 'The first one', params: { ...params, index: '1' }, status: 303 }],
    handle: async ({ params }) => ({
      status: 303,
      headers: { location: await reading.link(params.messageId, params.index) },
    }),
  }),
]
