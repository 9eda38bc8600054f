import * as z from 'zod'
import { type MessageScope, messageFilters } from '../../lib/messages/store/message-catalog.ts'
import { exampleIds } from '../../lib/requests/documented-fields.ts'
import { invalidRequest } from '../../lib/requests/parse-request.ts'
import { pagingQuerySchema, timeRangeQuery } from '../shared/http/lists.ts'

const id = (description: string, example: string) =>
  z
    .string()
    .min(1)
    .max(64)
    .meta({ description, examples: [example] })
    .optional()

export const messageListQuerySchema = pagingQuerySchema.extend({
  queueId: id('Returns only messages in this queue.', exampleIds.queue),
  accountId: id('Returns only messages from this account.', exampleIds.account),
  runId: id('Returns only messages stored by this run.', exampleIds.run),
  ...timeRangeQuery('Stored'),
  state: z
    .enum(messageFilters)
    .meta({
      description: 'Returns only messages in this state. `unparsed` selects messages whose header could not be read.',
      examples: ['announced'],
    })
    .optional(),
})
type MessageListQuery = z.output<typeof messageListQuerySchema>

/**
 * @throws ProblemError `invalid-request` if more than one of the three ids is given, because each has its own index
 */
export const scopeOf = ({ queueId, accountId, runId }: MessageListQuery): MessageScope => {
  const given = Object.entries({ queueId, accountId, runId }).filter(([, value]) => value !== undefined)
  if (given.length > 1) {
    const message = 'can be combined with from, to and state, but not with another id'
    throw invalidRequest(given.map(([path]) => ({ path, message })))
  }
  if (queueId !== undefined) return { by: 'queue', queueId }
  if (accountId !== undefined) return { by: 'account', accountId }
  if (runId !== undefined) return { by: 'run', runId }
  return { by: 'time' }
}
