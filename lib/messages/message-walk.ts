import { dayLength, type TimeWalk } from '../tables/time-walk.ts'
import type { MessageQuery, MessageScope } from './message-catalog.ts'
import { queueDayOf } from './message-row.ts'

/** A month: long enough for every ordinary question, and one query a day stays far below a second. */
const defaultDays = 31
/** Before anything can have been stored. */
const earliest = '2020-01-01T00:00:00.000Z'
/** Nothing is stored after tomorrow, whatever the clocks of two functions say; a list to the year 9999 walks no empty days. */
const latestAhead = dayLength

/** Which rows a list of messages is made of. */
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
