import type * as z from 'zod'
import { accountViewSchema } from '../../lib/accounts/view/account-view.ts'
import { destinationViewSchema } from '../../lib/handover/destinations/destination-view.ts'
import { profileViewSchema } from '../../lib/oauth2/profiles/profile-view.ts'
import { providerViewSchema } from '../../lib/oauth2/providers/provider-view.ts'
import { queueViewSchema } from '../../lib/queues/queue.ts'
import { runViewSchema } from '../../lib/runs/view-runs.ts'
import { fetchAfterSavingSchema } from '../../lib/schedule/fetch-saved-account.ts'
import { plain } from '../terminal/text.ts'
import { tolerant } from './tolerant.ts'

/** The responses that several commands use, as the API describes them. */
export const queueAnswerSchema = tolerant(queueViewSchema.partial({ receivedBy: true }))
export type QueueAnswer = z.infer<typeof queueAnswerSchema>
export const profileAnswerSchema = tolerant(profileViewSchema)
export type ProfileAnswer = z.infer<typeof profileAnswerSchema>
export const providerAnswerSchema = tolerant(providerViewSchema)
export type ProviderAnswer = z.infer<typeof providerAnswerSchema>
export const destinationAnswerSchema = tolerant(destinationViewSchema)
export type DestinationAnswer = z.infer<typeof destinationAnswerSchema>
export const runAnswerSchema = tolerant(runViewSchema)
export type RunAnswer = z.infer<typeof runAnswerSchema>

export const accountAnswerSchema = tolerant(
  accountViewSchema.extend({
    /** The fetch that saving the account has started. */
    fetch: fetchAfterSavingSchema.optional(),
  }),
)
export type AccountAnswer = z.infer<typeof accountAnswerSchema>

/** @returns the name of the mailbox that is fetched: the shared mailbox if there is one, otherwise the user name */
export const mailboxOf = ({ username, mailbox }: Pick<AccountAnswer, 'username' | 'mailbox'>): string =>
  mailbox ?? username

/**
 * @returns a sentence about the fetch that saving the account has started, followed by a command on a line of its own,
 *   which can be copied; or undefined if saving has started none
 */
export const fetchText = ({ fetch }: Pick<AccountAnswer, 'fetch'>): string | undefined => {
  if (!fetch) return undefined
  const detail = plain(fetch.detail)
  return fetch.runId === undefined ? detail : `${detail} See how it goes:\n  postmaster runs show ${plain(fetch.runId)}`
}

/** @returns what needs attention even though the account was saved, one line for each warning */
export const warningLinesOf = ({ health }: Pick<AccountAnswer, 'health'>): string[] =>
  (health.warnings ?? []).map(({ code, detail, remedy }) => plain(`Warning: ${detail} ${remedy} [${code}]`))

type AccountName = 'accountHost' | 'accountUsername' | 'accountMailbox' | 'accountId'

export const accountNameOf = ({
  accountHost,
  accountUsername,
  accountMailbox,
  accountId,
}: Pick<RunAnswer, AccountName>): string =>
  plain(accountUsername === undefined ? accountId : `${accountMailbox ?? accountUsername} at ${accountHost}`)

/** @returns text such as `Support 3, Raw 1` */
export const queuesOf = ({ storedByQueue }: RunAnswer): string =>
  Object.entries(storedByQueue)
    .map(([queue, count]) => `${plain(queue)} ${count}`)
    .join(', ')

/** @returns seconds with one decimal, or an empty string while the run is in progress */
export const durationOf = ({ duration }: RunAnswer): string =>
  duration === undefined ? '' : (duration / 1000).toFixed(1)

/** @returns text such as `1,240 of 5,000 messages`: how many of the messages found so far the runs have examined */
export const examinedOf = (runs: readonly Pick<RunAnswer, 'counts'>[]): string => {
  const found = runs.reduce((sum, { counts }) => sum + counts.found, 0)
  const left = runs.reduce((sum, { counts }) => sum + counts.left, 0)
  return `${numberText(found - left)} of ${numberText(found)} messages`
}

/** @returns the state of a run that goes on, such as `running, 1,240 of 5,000 messages`, or of one that has ended */
export const stateOf = (run: Pick<RunAnswer, 'state' | 'counts' | 'queuedBehind'>): string => {
  if (run.state === 'running') return `running, ${examinedOf([run])}`
  return run.queuedBehind === undefined ? run.state : `${run.state} behind run ${plain(run.queuedBehind)}`
}

export const numberText = (number: number): string => number.toLocaleString('en')
