import { dayLength, type TimeWalk } from '../tables/time-walk.ts'
import type { RunQuery } from './run-catalog.ts'

/**
 * Runs are kept for at most 31 days after their end (see the run store). One more day covers runs that waited or ran
 * past midnight.
 */
const daysKept = 32

/** @returns which rows a list of runs reads */
export const runWalkOf = ({ accountId, from, to }: RunQuery, now: Date): TimeWalk => {
  const earliest = new Date(now.getTime() - daysKept * dayLength).toISOString()
  const latest = new Date(now.getTime() + dayLength).toISOString()
  return {
    from: from === undefined || from < earliest ? earliest : from,
    to: to === undefined || to > latest ? latest : to,
    ...(accountId === undefined
      ? { index: 'by-day', byDay: true, partitionOf: (day) => ['day', day] }
      : { index: 'by-account', byDay: false, partitionOf: () => ['accountId', accountId] }),
  }
}
