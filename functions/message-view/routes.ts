import * as z from 'zod'
import { messageViewSchema } from '../../lib/messages/view/message-view.ts'
import { partPathSchema } from '../../lib/messages/view/sorted-parts.ts'
import { exampleIds } from '../../lib/requests/documented-fields.ts'
import { downloadAnswer, downloadAnswers, downloadQuerySchema } from '../shared/http/download.ts'
import { messageIdParam } from '../shared/http/message-id.ts'
import { type Route, route } from '../shared/http/route.ts'
import type { MessageReading } from './reading-protocol.ts'

const params = { messageId: exampleIds.message }
const attachment = partPathSchema.meta({
  description: 'The attachment’s index from the view, for example `2` or `2.1`.',
  examples: ['1'],
})

const yesOrNo = z.stringbool({
  truthy: ['true'],
  falsy: ['false'],
  case: 'sensitive',
  error: 'must be `true` or `false`',
})

const viewQuerySchema = z.strictObject({
  html: z
    .enum(['sanitised', 'none', 'source'])
    .meta({
      description:
        '`sanitised`: HTML that is safe to show, without scripts, styles, forms and remote images. `source`: the ' +
        'HTML as the sender wrote it, which must never be shown in a browser.',
      examples: ['sanitised'],
    })
    .default('none'),
  fields: yesOrNo
    .meta({ description: '`true` adds every field of the header, decoded and in order.', examples: ['true'] })
    .default(false),
  remoteContent: yesOrNo
    .meta({
      description:
        '`true` keeps remote images in sanitised HTML. Loading them shows the sender that the message is being read.',
      examples: ['false'],
    })
    .default(false),
  attachment: attachment
    .meta({ description: 'The index of an attached message, from the view.', examples: ['2'] })
    .optional(),
})

export const messageViewRoutes = (reading: MessageReading): Route[] => [
  route({
    method: 'GET',
    path: '/messages/{messageId}/view',
    role: 'reader',
    params: z.strictObject({ messageId: messageIdParam }),
    query: viewQuerySchema,
    operation: 'viewMessage',
    summary: 'Read a message',
    description:
      'Returns the message’s text (converted from the HTML if it has none), its HTML and header fields on request, ' +
      'and its attachments. Text and HTML are cut at 1 MiB each. For a malformed message, the view contains the part that ' +
      'can be read. ' +
      'The text and the HTML source may contain control characters. Remove them before you print the text to a ' +
      'terminal.',
    answers: { 200: { description: 'The contents of the message.', body: messageViewSchema } },
    problems: ['not-found', 'message-erased', 'raw-mail-expired', 'attachment-unreadable'],
    examples: [
      { summary: 'Text and attachments', params, status: 200 },
      { summary: 'With HTML that is safe to show', params, query: { html: 'sanitised' }, status: 200 },
      { summary: 'With every field of the header', params, query: { fields: 'true' }, status: 200 },
    ],
    access: ({ params: { messageId }, query: { attachment: part } }) =>
      part === undefined ? { action: 'view-message', messageId } : { action: 'view-attachment', messageId, part },
    handle: async ({ params, query }) => ({ status: 200, body: await reading.view({ ...params, ...query }) }),
  }),
  route({
    method: 'GET',
    path: '/messages/{messageId}/attachments/{index}',
    role: 'reader',
    params: z.strictObject({ messageId: messageIdParam, index: attachment }),
    query: downloadQuerySchema,
    operation: 'downloadAttachment',
    summary: 'Download an attachment',
    description:
      'Redirects to a link that does not need a token and is valid for five minutes, or returns it. The link always ' +
      'saves a file, as `application/octet-stream`.',
    answers: downloadAnswers,
    problems: ['not-found', 'message-erased', 'raw-mail-expired', 'attachment-unreadable'],
    examples: [
      { summary: 'The first attachment', params: { ...params, index: '1' }, status: 303 },
      { summary: 'The link, for a browser', params: { ...params, index: '1' }, query: { as: 'link' }, status: 200 },
    ],
    access: ({ params: { messageId, index } }) => ({ action: 'download-attachment', messageId, part: index }),
    handle: async ({ params, query }) => downloadAnswer(await reading.link(params.messageId, params.index), query),
  }),
]
