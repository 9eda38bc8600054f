import { ProblemError } from '../problems/problem.ts'
import type { RunCursor, RunQuery } from './run-catalog.ts'

const dayLength = 86_400_000
/** Runs live at most 31 days after their end (see the run store); one more for those that waited or ran over midnight. */
const daysKept = 32

/** One index partition of a list, and where in it the list starts. */
export interface RunWalkStep {
  readonly index: 'by-account' | 'by-day'
  readonly partition: readonly [key: string, value: string]
  readonly position: RunCursor
}

export interface RunWalk {
  readonly from: string
  readonly to: string
  /** Newest first, made as they are needed. */
  readonly steps: Iterable<RunWalkStep>
}

/** @throws ProblemError `invalid-request` when the cursor lies outside the query (DynamoDB would refuse it as well) */
export const runWalkOf = ({ accountId, from, to, cursor }: RunQuery, now: Date): RunWalk => {
  const earliest = new Date(now.getTime() - daysKept * dayLength).toISOString()
  const latest = new Date(now.getTime() + dayLength).toISOString()
  const bounds = {
    from: from === undefined || from < earliest ? earliest : from,
    to: to === undefined || to > latest ? latest : to,
  }
  if (cursor && !fits(cursor, bounds, accountId === undefined)) throw foreignToken()
  if (bounds.from > bounds.to) return { ...bounds, steps: [] }
  if (accountId === undefined) return { ...bounds, steps: daySteps(bounds, cursor) }
  return { ...bounds, steps: [{ index: 'by-account', partition: ['accountId', accountId], position: cursor ?? {} }] }
}

function* daySteps({ from, to }: { from: string; to: string }, cursor: RunCursor | undefined): Generator<RunWalkStep> {
  for (let day = cursor?.day ?? runDayOf(to); day >= runDayOf(from); day = dayBefore(day))
    yield { index: 'by-day', partition: ['day', day], position: day === cursor?.day ? cursor : { day } }
}

/** The partition of the day index a run lies in. */
export const runDayOf = (time: string): string => time.slice(0, 'yyyy-mm-dd'.length)
const dayBefore = (day: string): string => runDayOf(new Date(Date.parse(day) - dayLength).toISOString())

const fits = ({ day, after }: RunCursor, { from, to }: { from: string; to: string }, byDay: boolean): boolean =>
  (day !== undefined) === byDay &&
  (byDay || after !== undefined) &&
  (day === undefined || (day >= runDayOf(from) && day <= runDayOf(to))) &&
  (after === undefined || (after.askedAt >= from && after.askedAt <= to)) &&
  (day === undefined || after === undefined || runDayOf(after.askedAt) === day)

const foreignToken = () =>
  new ProblemError('invalid-request', 'The page token belongs to another list.', [
    { path: 'next', message: 'Send the token with the same parameters as the page it came with, or leave it out.' },
  ])
