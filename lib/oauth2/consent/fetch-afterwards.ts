import type { Actor } from '../../audit/audit-entry.ts'
import { ProblemError } from '../../reasons/problem.ts'
import { type AccountStatusStore, dueAt } from '../../schedule/account-status-store.ts'
import { type RequestRunServices, requestRun } from '../../schedule/request-runs.ts'
import type { ConnectedOutcome } from './consent-rows.ts'

export interface FetchAfterwardsServices extends RequestRunServices {
  readonly statuses: Pick<AccountStatusStore, 'change'>
}

/**
 * Requests a fetch of a connected account. The account is marked as due first, so that the schedule fetches it at its
 * next tick if the request fails or the job is lost. The grant stays valid in any case.
 */
export const fetchAfterwards =
  (services: FetchAfterwardsServices, onDefect: (error: unknown) => void) =>
  async (accountId: string, by: Actor): Promise<ConnectedOutcome['fetch']> => {
    await services.statuses.change(accountId, dueAt(accountId, services.now().toISOString())).catch(onDefect)
    try {
      await requestRun(services, accountId, by)
      return 'asked'
    } catch (error) {
      if (error instanceof ProblemError) return error.code === 'account-not-valid' ? 'not-valid' : 'next-tick'
      onDefect(error)
      return 'next-tick'
    }
  }
