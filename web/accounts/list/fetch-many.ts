import { fetchNow } from '../queries.ts'
import type { AccountSummary } from '../summaries.ts'

/** Requests in progress at once, so that a large selection stays below the API's limit of 50 requests a second. */
const atOnce = 5

export interface FetchOutcome {
  readonly requested: number
  /** What was thrown for the accounts whose fetch was not requested. */
  readonly problems: readonly unknown[]
}

/** Requests a fetch of each account. One refusal does not keep the others from being requested. */
export const fetchMany = async (accounts: readonly AccountSummary[]): Promise<FetchOutcome> => {
  const waiting = accounts.values()
  const problems: unknown[] = []
  const work = async (): Promise<void> => {
    for (const { accountId } of waiting)
      await fetchNow(accountId, false).catch((thrown: unknown) => problems.push(thrown))
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return { requested: accounts.length - problems.length, problems }
}
