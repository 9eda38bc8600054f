import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod'
import type { Account } from '../accounts/account.ts'
import type { AccountConnections } from '../accounts/account-oauth2.ts'
import { waitsForConsent } from '../accounts/health/account-health.ts'
import type { SavedAccount } from '../accounts/manage-accounts.ts'
import type { Actor } from '../audit/audit-entry.ts'
import { withoutStamp } from '../changes/versioned-change.ts'
import { exampleIds } from '../requests/documented-fields.ts'
import { askAndSend, type RequestRunServices } from './request-runs.ts'

export const fetchAfterSavingSchema = z
  .object({
    state: z.enum(['queued', 'next-tick']).meta({
      description: '`queued`: the run starts within seconds. `next-tick`: the schedule fetches the account.',
      examples: ['queued'],
    }),
    runId: z
      .string()
      .meta({ description: 'The ID of the queued run.', examples: [exampleIds.run] })
      .optional(),
    detail: z
      .string()
      .meta({ description: 'Human-readable summary.', examples: [`Run ${exampleIds.run} fetches it within seconds.`] }),
  })
  .meta({
    id: 'FetchAfterSaving',
    description:
      'The fetch started by saving the account. Absent if the account is not valid, is waiting for consent, or has not changed in a way that affects fetching.',
  })
export type FetchAfterSaving = Readonly<z.infer<typeof fetchAfterSavingSchema>>

/** The port for code that saves accounts. */
export type FetchSavedAccount = (saved: SavedAccount, by: Actor) => Promise<FetchAfterSaving | undefined>

export interface FetchSavedServices
  extends Pick<RequestRunServices, 'runs' | 'catalog' | 'queue' | 'now' | 'newRunId'> {
  readonly connections: Pick<AccountConnections, 'readMany'>
}

/**
 * Queues an immediate fetch of an account that is new, valid again or repaired. If this fails, the account is still
 * saved and the next tick fetches it.
 *
 * @param onDefect called with an unexpected error that prevented the fetch
 */
export const fetchSavedAccount =
  (services: FetchSavedServices, onDefect: (error: unknown) => void): FetchSavedAccount =>
  async (saved, by) => {
    if (!callsForFetch(saved)) return undefined
    try {
      const connections = await services.connections.readMany([saved.account], services.now())
      if (waitsForConsent(connections.get(saved.account.accountId))) return undefined
      const runId = (await waitingRunOf(saved, services)) ?? (await queuedRunOf(saved.account, by, services))
      if (runId !== undefined) return { state: 'queued', runId, detail: `Run ${runId} fetches it within seconds.` }
    } catch (error) {
      onDefect(error)
    }
    return {
      state: 'next-tick',
      detail: 'No fetch could be queued. The account is fetched when the schedule next runs.',
    }
  }

/** Whether to fetch an account at once: it is new, valid again, or has changed in a way that may affect fetching. */
const callsForFetch = ({ before, account }: SavedAccount): boolean =>
  account.validity === 'valid' &&
  (before?.validity !== 'valid' || !isDeepStrictEqual(whatFetchingGoesBy(before), whatFetchingGoesBy(account)))

/**
 * All fields except the comment, which only people read, and the fields that only affect mail that is not fetched yet.
 */
const whatFetchingGoesBy = (account: Account) => {
  const { comment: _comment, trusted: _trusted, dispatching: _dispatching, ...rest } = withoutStamp(account)
  return rest
}

/**
 * Finds a requested run that has not started. It reads the account when it starts, so several changes can share it. A
 * scheduled run does not qualify, because it may turn out to be stale.
 */
const waitingRunOf = async ({ before, account }: SavedAccount, { catalog }: FetchSavedServices) => {
  if (before === undefined) return undefined
  const open = await catalog.openOf(account.accountId)
  return open.find(({ state, trigger }) => state === 'queued' && trigger === 'request')?.runId
}

const queuedRunOf = async (account: Account, by: Actor, services: FetchSavedServices): Promise<string | undefined> => {
  const { runs, refused } = await askAndSend(services, [account], by)
  return refused === 0 ? runs[0]?.runId : undefined
}
