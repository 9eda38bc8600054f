import * as z from 'zod'
import type { AccountReader } from '../accounts/store/account-store.ts'
import { ProblemError } from '../reasons/problem.ts'
import { queuedBehindField, runAhead } from './queued-behind.ts'
import { type Run, runSchema } from './run.ts'
import type { RunCatalog, RunCursor, RunQuery } from './run-catalog.ts'

export interface ViewRunsServices {
  readonly accounts: Pick<AccountReader, 'readMany'>
  readonly catalog: Pick<RunCatalog, 'read' | 'list' | 'openOf'>
}

const accountName = (description: string, example: string) =>
  z
    .string()
    .meta({ description: `${description}; absent if the account has been deleted.`, examples: [example] })
    .optional()

/** The names of an account, unless the account has been deleted. */
export const accountNameFields = {
  accountHost: accountName('The account’s host', 'imap.example.com'),
  accountUsername: accountName('The account’s user name', 'support@example.com'),
  accountMailbox: accountName(
    'The shared mailbox that the account fetches, if it is not the user’s own',
    'desk@example.com',
  ),
}

type AccountNames = Partial<Pick<RunView, keyof typeof accountNameFields>>

/** A run with the names of its account. A queued run that is read alone also names the run that it waits for. */
export const runViewSchema = runSchema
  .extend({ ...accountNameFields, queuedBehind: queuedBehindField })
  .meta({ id: 'Run', description: 'One fetch of one account.' })
export type RunView = z.infer<typeof runViewSchema>

/** @throws ProblemError `not-found` */
export const readRun = async ({ accounts, catalog }: ViewRunsServices, runId: string): Promise<RunView> => {
  const run = await catalog.read(runId)
  if (!run) throw new ProblemError('not-found', 'There is no run with this id, or its record has expired.')
  const [[view = run], ahead] = await Promise.all([withAccountNames(accounts, [run]), runAheadOf(run, catalog)])
  return { ...view, ...(ahead && { queuedBehind: ahead.runId }) }
}

const runAheadOf = async (run: Run, catalog: Pick<RunCatalog, 'openOf'>): Promise<Run | undefined> => {
  if (run.state !== 'queued') return undefined
  const open = await catalog.openOf(run.accountId)
  return runAhead(
    open.filter(({ runId, state, askedAt }) => runId !== run.runId && (state === 'running' || askedAt < run.askedAt)),
  )
}

/** Lists the runs of one or all accounts, newest first. The runs of a deleted account can be read until they expire. */
export const listRuns = async (
  { accounts, catalog }: ViewRunsServices,
  query: RunQuery,
): Promise<{ items: RunView[]; next?: RunCursor }> => {
  const page = await catalog.list(query)
  return { items: await withAccountNames(accounts, page.runs), ...(page.next && { next: page.next }) }
}

/** @returns the items with the names of their accounts, in the same order */
export const withAccountNames = async <Item extends { readonly accountId: string }>(
  accounts: Pick<AccountReader, 'readMany'>,
  items: readonly Item[],
): Promise<(Item & AccountNames)[]> => {
  const found = await accounts.readMany([...new Set(items.map(({ accountId }) => accountId))])
  const names = new Map(
    found.map(({ accountId, host, username, mailbox }) => [
      accountId,
      { accountHost: host, accountUsername: username, ...(mailbox !== undefined && { accountMailbox: mailbox }) },
    ]),
  )
  return items.map((item) => ({ ...item, ...names.get(item.accountId) }))
}
