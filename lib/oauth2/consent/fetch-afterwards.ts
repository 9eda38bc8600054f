import { ProblemError } from '../../problems/problem.ts'
import { type RequestRunServices, requestRun } from '../../schedule/request-runs.ts'
import type { ConnectedOutcome } from './outcome.ts'

/** Has a connected account fetched at once. The grant stands whatever comes of it: the schedule fetches the account at its next tick anyway. */
export const fetchAfterwards =
  (services: RequestRunServices, onDefect: (error: unknown) => void) =>
  async (accountId: string, by: string): Promise<ConnectedOutcome['fetch']> => {
    try {
      await requestRun(services, accountId, by)
      return 'asked'
    } catch (error) {
      if (error instanceof ProblemError) return error.code === 'account-not-valid' ? 'not-valid' : 'next-tick'
      onDefect(error)
      return 'next-tick'
    }
  }
