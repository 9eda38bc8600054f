import { ProblemError } from '../problems/problem.ts'
import type { MessageCursor, MessageQuery, MessageScope } from './message-catalog.ts'
import { dayOf, queueDayOf } from './message-row.ts'

const dayLength = 86_400_000
/** A month: long enough for every ordinary question, and one query a day stays far below a second. */
export const defaultDays = 31
/** Before anything can have been stored. */
const earliest = '2020-01-01T00:00:00.000Z'
/** Nothing is stored after tomorrow, whatever the clocks of two functions say; a list to the year 9999 walks no empty days. */
const latestAhead = dayLength

/** One index partition of a list, and where in it the list starts. */
export interface WalkStep {
  readonly index: string
  readonly partition: readonly [key: string, value: string]
  /** The key of the row after which this partition goes on. */
  readonly startKey?: Record<string, string>
  /** The cursor that starts here. */
  readonly position: MessageCursor
}

export interface Walk {
  readonly from: string
  readonly to: string
  /** The partitions in the order of the list, newest first, made as they are needed. */
  readonly steps: Iterable<WalkStep>
}

/** @throws ProblemError `invalid-request` when the cursor lies outside the query (DynamoDB would refuse it as well) */
export const walkOf = ({ scope, cursor, ...range }: MessageQuery, now: Date): Walk => {
  const latest = new Date(now.getTime() + latestAhead).toISOString()
  const to = range.to === undefined || range.to > latest ? latest : range.to
  const byDay = scope.by === 'queue' || scope.by === 'time'
  const lookBack = new Date(now.getTime() - defaultDays * dayLength).toISOString()
  const from = range.from ?? (byDay ? lookBack : earliest)
  const bounds = { from: from < earliest ? earliest : from, to }
  checkCursor(cursor, bounds, byDay)
  if (bounds.from > bounds.to) return { ...bounds, steps: [] }
  if (!byDay) return { ...bounds, steps: [stepOf(scope, cursor ?? {})] }
  return { ...bounds, steps: daySteps(scope, bounds, cursor) }
}

function* daySteps(scope: MessageScope, { from, to }: { from: string; to: string }, cursor: MessageCursor | undefined) {
  const first = cursor?.day ?? dayOf(to)
  for (let day = first; day >= dayOf(from); day = dayBefore(day)) {
    yield stepOf(scope, day === cursor?.day ? cursor : { day })
  }
}

const dayBefore = (day: string): string => dayOf(new Date(Date.parse(day) - dayLength).toISOString())

const stepOf = (scope: MessageScope, position: MessageCursor): WalkStep => {
  const [index, key, value] = partitionOf(scope, position.day ?? '')
  return {
    index,
    partition: [key, value],
    position,
    ...(position.after && { startKey: { ...position.after, [key]: value } }),
  }
}

const partitionOf = (scope: MessageScope, day: string): [index: string, key: string, value: string] => {
  switch (scope.by) {
    case 'queue':
      return ['by-queue-day', 'queueDay', queueDayOf(scope.queueId, day)]
    case 'account':
      return ['by-account', 'accountId', scope.accountId]
    case 'run':
      return ['by-run', 'runId', scope.runId]
    case 'time':
      return ['by-day', 'day', day]
  }
}

const checkCursor = (cursor: MessageCursor | undefined, { from, to }: { from: string; to: string }, byDay: boolean) => {
  if (!cursor) return
  const { day, after } = cursor
  const fits =
    (day !== undefined) === byDay &&
    (byDay || after !== undefined) &&
    (day === undefined || (day >= dayOf(from) && day <= dayOf(to))) &&
    (after === undefined || (after.storedAt >= from && after.storedAt <= to)) &&
    (day === undefined || after === undefined || dayOf(after.storedAt) === day)
  if (!fits) {
    throw new ProblemError('invalid-request', 'The page token belongs to another list.', [
      { path: 'next', message: 'Send the token with the same parameters as the page it came with, or leave it out.' },
    ])
  }
}
