import * as z from 'zod'
import type { AccountReader } from '../accounts/account.ts'
import { ProblemError } from '../problems/problem.ts'
import type { Run, RunStore } from './run.ts'

export interface ViewRunsServices {
  readonly accounts: Pick<AccountReader, 'read'>
  readonly runs: Pick<RunStore, 'read' | 'ofAccount'>
}

/** A run with the account's names for people; without them once the account is deleted. */
export type RunView = Run & { readonly accountHost?: string; readonly accountUsername?: string }

/** Where a list of one account's runs goes on. */
export const runCursorSchema = z.strictObject({ runId: z.string().min(1).max(64), askedAt: z.iso.datetime() })
export type RunCursor = z.infer<typeof runCursorSchema>

/** @throws ProblemError `not-found` */
export const readRun = async ({ accounts, runs }: ViewRunsServices, runId: string): Promise<RunView> => {
  const run = await runs.read(runId)
  if (!run) throw new ProblemError('not-found', 'There is no run with this id, or its record has expired.')
  return { ...run, ...(await namesOf(accounts, run.accountId)) }
}

/** Newest first. A deleted account's runs can be read until they expire. */
export const listRunsOfAccount = async (
  { accounts, runs }: ViewRunsServices,
  accountId: string,
  { limit, cursor }: { limit: number; cursor?: RunCursor | undefined },
): Promise<{ items: RunView[]; next?: RunCursor }> => {
  const startKey = cursor && { accountId, ...cursor }
  const [page, names] = await Promise.all([
    runs.ofAccount(accountId, { limit, ...(startKey && { startKey }) }),
    namesOf(accounts, accountId),
  ])
  const next = page.nextKey && nextSchema.parse(page.nextKey)
  return { items: page.runs.map((run) => ({ ...run, ...names })), ...(next && { next }) }
}

const nextSchema = z.object(runCursorSchema.shape)

const namesOf = async (accounts: Pick<AccountReader, 'read'>, accountId: string) => {
  const account = await accounts.read(accountId)
  return account && { accountHost: account.host, accountUsername: account.username }
}
