import pLimit from 'p-limit'
import type { Account } from '../accounts/account.ts'
import type { AccountStore } from '../accounts/account-store.ts'
import { ProblemError } from '../problems/problem.ts'
import type { AskedRun, BulkRunStore, RunStore } from '../runs/run.ts'
import type { FetchJob, FetchQueue } from './fetch-job.ts'

export interface RequestedRun {
  readonly runId: string
  readonly accountId: string
}

export interface RequestRunsServices {
  readonly accounts: Pick<AccountStore, 'read' | 'page'>
  readonly runs: Pick<RunStore, 'read' | 'save'> & BulkRunStore
  readonly queue: FetchQueue
  readonly now: () => Date
  readonly newRunId: () => string
}

/** DynamoDB ends a page at 1 MB anyway, some 1,000 accounts. */
const accountsPerPage = 1000
/** As many connections as the client opens by default. */
const writesSideBySide = 50

/** @throws ProblemError `not-found`, `account-not-valid` */
export const requestRun = async (
  services: RequestRunsServices,
  accountId: string,
  by: string,
): Promise<RequestedRun[]> => {
  const account = await services.accounts.read(accountId)
  if (!account) throw new ProblemError('not-found', 'There is no account with this id.')
  const { username, host, validity } = account
  if (validity !== 'valid')
    throw new ProblemError('account-not-valid', `The account ${username} on ${host} is ${validity}.`)
  const { runs, refused } = await askAndSend(services, [account], by)
  if (refused === runs.length) throw new FetchQueueRefusedError()
  return runs
}

/** One run for every valid account. Runs the queue refused are among them and read as `failed`. */
export const requestAllRuns = async (services: RequestRunsServices, by: string): Promise<RequestedRun[]> => {
  const runs: RequestedRun[] = []
  let refused = 0
  let after: Awaited<ReturnType<AccountStore['page']>>['next']
  do {
    const page = await services.accounts.page({ limit: accountsPerPage, ...(after && { after }) })
    const valid = page.accounts.filter(({ validity }) => validity === 'valid')
    const asked = await askAndSend(services, valid, by)
    runs.push(...asked.runs)
    refused += asked.refused
    after = page.next
  } while (after)
  if (runs.length > 0 && refused === runs.length) throw new FetchQueueRefusedError()
  return runs
}

/** Nothing was sent: the runs are recorded as failed, and asking again makes new ones. */
export class FetchQueueRefusedError extends Error {
  override readonly name = 'FetchQueueRefusedError'
  constructor() {
    super('The fetch queue accepted no job')
  }
}

/** The rows come first: a run that starts must find its row. */
const askAndSend = async (services: RequestRunsServices, accounts: readonly Account[], by: string) => {
  const runs = accounts.map(({ accountId }) => ({ runId: services.newRunId(), accountId }))
  const asked = { trigger: 'request', askedAt: services.now().toISOString(), askedBy: by } as const
  await services.runs.askMany(runs.map((run): AskedRun => ({ ...run, ...asked })))
  const refused = await services.queue.send(runs.map((run): FetchJob => ({ kind: 'run', ...run })))
  await pLimit(writesSideBySide).map(refused, ({ runId }) => recordRefusal(services, runId))
  return { runs, refused: refused.length }
}

const recordRefusal = async ({ runs, now }: RequestRunsServices, runId: string): Promise<void> => {
  const run = await runs.read(runId)
  if (!run) return
  const error = {
    code: 'fetch-queue-refused',
    words: 'The fetch could not be started: the fetch queue did not accept it.',
    remedy: 'Ask for the fetch again; if it stays, an operator should look at the fetch queue.',
  }
  await runs.save({ ...run, state: 'failed', endedAt: now().toISOString(), error })
}
