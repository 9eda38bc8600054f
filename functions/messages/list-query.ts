import * as z from 'zod'
import { type MessageScope, messageFilters } from '../../lib/messages/message-catalog.ts'
import { invalidRequest } from '../../lib/requests/parse-request.ts'
import { pagingQuerySchema } from '../shared/http/paging.ts'

const id = z.string().min(1).max(64).optional()
/** A day stands for its first millisecond as a beginning and for its last as an end, in UTC. */
const timeOf = (timeOfDay: string) =>
  z
    .union([z.iso.datetime({ offset: true }), z.iso.date().transform((day) => `${day}T${timeOfDay}`)], {
      error: 'must be a day such as `2026-03-01` or a time such as `2026-03-01T08:00:00Z`',
    })
    .transform((time) => new Date(time).toISOString())
    .optional()

export const messageListQuerySchema = pagingQuerySchema.extend({
  queueId: id,
  accountId: id,
  runId: id,
  from: timeOf('00:00:00.000Z'),
  to: timeOf('23:59:59.999Z'),
  state: z.enum(messageFilters).optional(),
})
type MessageListQuery = z.output<typeof messageListQuerySchema>

/** @throws ProblemError `invalid-request` when more than one of the three is given: each is an index of its own */
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
