import * as z from 'zod'
import type { Account } from '../accounts/account.ts'
import type { AccountConnections } from '../accounts/account-oauth2.ts'
import { callsForFetch, type SavedAccount } from '../accounts/calls-for-fetch.ts'
import { waitsForConsent } from '../accounts/oauth2-health.ts'
import type { Actor } from '../requests/actor.ts'
import { exampleIds } from '../requests/documented-fields.ts'
import type { AskedRun } from '../runs/run.ts'
import { askAndSend, type RequestRunServices } from './request-runs.ts'

export const fetchAfterSavingSchema = z
  .object({
    state: z.enum(['queued', 'next-tick']).meta({
      description: '`queued`: the run starts within seconds; `next-tick`: the schedule fetches the account.',
      examples: ['queued'],
    }),
    runId: z
      .string()
      .meta({ description: 'The run that is queued.', examples: [exampleIds.run] })
      .optional(),
    words: z
      .string()
      .meta({ description: 'The same for people.', examples: [`Run ${exampleIds.run} fetches it within seconds.`] }),
  })
  .meta({
    id: 'FetchAfterSaving',
    description:
      'The fetch that saving the account has started. Absent if the account is not valid, waits for a consent, or has not changed in a way that affects fetching.',
  })
export type FetchAfterSaving = Readonly<z.infer<typeof fetchAfterSavingSchema>>

/** The port for whoever saves accounts. */
export type FetchSavedAccount = (saved: SavedAccount, by: Actor) => Promise<FetchAfterSaving | undefined>

export interface FetchSavedServices
  extends Pick<RequestRunServices, 'runs' | 'catalog' | 'queue' | 'now' | 'newRunId'> {
  readonly connections: Pick<AccountConnections, 'readMany'>
}

/**
 * Has an account fetched at once that is new, valid again or repaired. The account stays saved whatever comes of it: the
 * next tick takes it over, too.
 * @param onDefect told of what prevented it unexpectedly
 */
export const fetchSavedAccount =
  (services: FetchSavedServices, onDefect: (error: unknown) => void): FetchSavedAccount =>
  async (saved, by) => {
    if (!callsForFetch(saved)) return undefined
    try {
      const connections = await services.connections.readMany([saved.account], services.now())
      if (waitsForConsent(connections.get(saved.account.accountId))) return undefined
      const runId = (await waitingRunOf(saved, services)) ?? (await queuedRunOf(saved.account, by, services))
      if (runId !== undefined) return { state: 'queued', runId, words: `Run ${runId} fetches it within seconds.` }
    } catch (error) {
      onDefect(error)
    }
    return { state: 'next-tick', words: 'No fetch could be queued; the next tick of the schedule fetches it.' }
  }

/** A run that has not started reads the account as it is then, so that several changes share it. One of the schedule may turn out stale. */
const waitingRunOf = async ({ before, account }: SavedAccount, { catalog }: FetchSavedServices) => {
  if (before === undefined) return undefined
  const open = await catalog.openOf(account.accountId)
  return open.find(({ state, trigger }) => state === 'queued' && trigger === 'request')?.runId
}

const queuedRunOf = async (account: Account, by: Actor, services: FetchSavedServices): Promise<string | undefined> => {
  const writeRow = async ([run]: readonly AskedRun[]) => run && (await services.runs.ask(run))
  const { runs, refused } = await askAndSend(services, [account], by, false, writeRow)
  return refused === 0 ? runs[0]?.runId : undefined
}
