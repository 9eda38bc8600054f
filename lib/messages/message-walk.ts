import { dayLength, type TimeWalk } from '../tables/time-walk.ts'
import type { MessageQuery, MessageScope } from './message-catalog.ts'
import { queueDayOf } from './message-row.ts'

/** A month is long enough for every ordinary question. With one query a day, a list takes far less than a second. */
const defaultDays = 31
/** No message was stored before this time. */
const earliest = '2020-01-01T00:00:00.000Z'
/**
 * No message is stored after tomorrow, even if the clocks of two functions differ. With this limit, a list up to the
 * year 9999 does not walk empty days.
 */
const latestAhead = dayLength

/** @returns the walk over the rows of a list of messages */
export const messageWalkOf = ({ scope, ...range }: MessageQuery, now: Date): TimeWalk => {
  const latest = new Date(now.getTime() + latestAhead).toISOString()
  const to = range.to === undefined || range.to > latest ? latest : range.to
  const index = indexOf(scope)
  const lookBack = new Date(now.getTime() - defaultDays * dayLength).toISOString()
  const from = range.from ?? (index.byDay ? lookBack : earliest)
  return { from: from < earliest ? earliest : from, to, ...index }
}

const indexOf = (scope: MessageScope): Pick<TimeWalk, 'index' | 'byDay' | 'partitionOf'> => {
  switch (scope.by) {
    case 'queue':
      return {
        index: 'by-queue-day',
        byDay: true,
        partitionOf: (day) => ['queueDay', queueDayOf(scope.queueId, day)],
      }
    case 'account':
      return { index: 'by-account', byDay: false, partitionOf: () => ['accountId', scope.accountId] }
    case 'run':
      return { index: 'by-run', byDay: false, partitionOf: () => ['runId', scope.runId] }
    case 'time':
      return { index: 'by-day', byDay: true, partitionOf: (day) => ['day', day] }
  }
}
