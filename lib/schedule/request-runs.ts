import pLimit from 'p-limit'
import * as z from 'zod'
import type { Account } from '../accounts/account.ts'
import { accountNameOf } from '../accounts/account-mailbox.ts'
import type { AccountStore } from '../accounts/store/account-store.ts'
import type { Actor } from '../audit/audit-entry.ts'
import type { AuditTrail, Intention } from '../audit/audit-trail.ts'
import { ProblemError } from '../reasons/problem.ts'
import { exampleIds } from '../requests/documented-fields.ts'
import { queuedBehindField, runAhead } from '../runs/queued-behind.ts'
import { type AskedRun, type Run, runSchema } from '../runs/run.ts'
import type { RunCatalog } from '../runs/run-catalog.ts'
import { endRefusedRun, type RunStore } from '../runs/run-store.ts'
import { writesSideBySide } from '../tables/tables.ts'
import type { Clock } from '../text/clock.ts'
import type { FetchJob, FetchQueue } from './fetch-queue.ts'

export const requestedRunSchema = runSchema
  .pick({ runId: true, accountId: true })
  .extend({
    queuedBehind: queuedBehindField,
    detail: z
      .string()
      .meta({
        description: 'Why the run does not start at once. Present only if the run waits for another run.',
        examples: [`Queued behind run ${exampleIds.run}, which has been running since 2026-03-02T08:10:04.218Z.`],
      })
      .optional(),
  })
  .meta({ id: 'RequestedRun', description: 'A requested run.' })
export type RequestedRun = Readonly<z.infer<typeof requestedRunSchema>>

export interface RequestRunServices {
  readonly accounts: Pick<AccountStore, 'read'>
  readonly runs: Pick<RunStore, 'ask' | 'saveOpen'>
  readonly catalog: Pick<RunCatalog, 'openOf'>
  readonly queue: Pick<FetchQueue, 'send'>
  readonly audit: AuditTrail
  readonly now: Clock
  readonly newRunId: () => string
}

export interface RequestRunsServices extends RequestRunServices {
  readonly accounts: Pick<AccountStore, 'read' | 'page'>
  readonly runs: Pick<RunStore, 'ask' | 'askMany' | 'saveOpen'>
}

/** DynamoDB limits a page to 1 MB anyway, which is about 1,000 accounts. */
const accountsPerPage = 1000

/**
 * Requests a run of one account. Two runs never fetch the same mailbox at the same time, so the result names a run that
 * is already queued or running.
 *
 * @throws ProblemError `not-found`, `account-not-valid` or `fetch-queue-refused`
 */
export const requestRun = async (
  services: RequestRunServices,
  accountId: string,
  by: Actor,
  { debug = false }: { readonly debug?: boolean } = {},
): Promise<RequestedRun[]> => {
  const account = await services.accounts.read(accountId)
  if (!account) throw new ProblemError('not-found', 'There is no account with this id.')
  const before = await services.catalog.openOf(accountId)
  const runs = await queueRun(services, account, by, { debug })
  return runs.map((run) => ({ ...run, ...behind(before) }))
}

/**
 * Requests a run of an account without looking for the runs that it has to wait for.
 *
 * @throws ProblemError `account-not-valid` or `fetch-queue-refused`
 */
export const queueRun = async (
  services: Omit<RequestRunServices, 'accounts' | 'catalog'>,
  account: Account,
  by: Actor,
  { debug = false }: { readonly debug?: boolean } = {},
): Promise<RequestedRun[]> => {
  const { accountId, validity } = account
  const name = accountNameOf(account)
  if (validity !== 'valid') throw new ProblemError('account-not-valid', `The account ${name} is ${validity}.`)
  const intention = fetchIntention(by, `/accounts/${accountId}`, name)
  const ask = () => askAndSend(services, [account], by, debug)
  const { runs, refused } = await services.audit.record(intention, ask, someAccepted)
  if (refused === runs.length) throw queueRefused()
  return runs
}

const behind = (open: readonly Run[]): Pick<RequestedRun, 'queuedBehind' | 'detail'> => {
  const ahead = runAhead(open)
  if (!ahead) return {}
  const { runId, state, startedAt, askedAt } = ahead
  const what =
    state === 'running'
      ? `has been running since ${startedAt ?? askedAt}`
      : `was requested at ${askedAt} and is also waiting`
  return { queuedBehind: runId, detail: `Queued behind run ${runId}, which ${what}.` }
}

/**
 * Requests one run for every valid account. The result includes runs that the queue refused. Their state is `failed`.
 *
 * @throws ProblemError `fetch-queue-refused` if the queue refused all of them
 */
export const requestAllRuns = async (services: RequestRunsServices, by: Actor): Promise<RequestedRun[]> => {
  const intention = fetchIntention(by, '/fetch', 'all valid accounts')
  const { runs, refused } = await services.audit.record(intention, () => askAll(services, by), someAccepted)
  if (runs.length > 0 && refused === runs.length) throw queueRefused()
  return runs
}

const fetchIntention = (by: Actor, subject: string, name: string): Intention => ({
  by,
  action: 'fetch',
  subject,
  name,
})

interface Asked {
  readonly runs: RequestedRun[]
  readonly refused: number
}

const someAccepted = ({ runs, refused }: Asked): boolean => runs.length > refused

const askAll = async (services: RequestRunsServices, by: Actor): Promise<Asked> => {
  const runs: RequestedRun[] = []
  let refused = 0
  let after: Awaited<ReturnType<AccountStore['page']>>['next']
  do {
    const page = await services.accounts.page({ limit: accountsPerPage, ...(after && { after }) })
    const valid = page.accounts.filter(({ validity }) => validity === 'valid')
    const asked = await askAndSend(services, valid, by, false, (runs) => services.runs.askMany(runs))
    runs.push(...asked.runs)
    refused += asked.refused
    after = page.next
  } while (after)
  return { runs, refused }
}

/** The refused runs are recorded as failed. A new request creates new runs. */
const queueRefused = () => new ProblemError('fetch-queue-refused', 'The fetch queue did not accept the request.')

/** Writes the rows before it sends the jobs, because a run that starts must find its row. */
export const askAndSend = async (
  services: Pick<RequestRunServices, 'runs' | 'queue' | 'now' | 'newRunId'>,
  accounts: readonly Account[],
  by: Actor,
  debug = false,
  writeRows = (runs: readonly AskedRun[]): Promise<unknown> => Promise.all(runs.map((run) => services.runs.ask(run))),
) => {
  const askedAt = services.now().toISOString()
  const asked = { trigger: 'request', askedAt, askedBy: by.name, askedBySub: by.sub } as const
  const runs = accounts.map(({ accountId }): AskedRun => ({ runId: services.newRunId(), accountId, ...asked }))
  await writeRows(runs)
  const jobs = runs.map(
    ({ runId, accountId }): FetchJob => ({ kind: 'run', runId, accountId, ...(debug && { debug }) }),
  )
  const refusedJobs = new Set((await services.queue.send(jobs)).map(({ runId }) => runId))
  const refused = runs.filter(({ runId }) => refusedJobs.has(runId))
  await pLimit(writesSideBySide).map(refused, (run) => endRefusedRun(services.runs, run, services.now()))
  return { runs: runs.map(({ runId, accountId }): RequestedRun => ({ runId, accountId })), refused: refused.length }
}
