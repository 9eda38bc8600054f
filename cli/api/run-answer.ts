import * as z from 'zod'
import { runSchema } from '../../lib/runs/run.ts'
import { plain } from '../terminal/text.ts'

/** A run in an API response, with the names of the account unless the account has been deleted. */
export const runAnswerSchema = runSchema
  .extend({
    accountHost: z.string().optional(),
    accountUsername: z.string().optional(),
    accountMailbox: z.string().optional(),
  })
  .loose()
export type RunAnswer = z.infer<typeof runAnswerSchema>

export const accountNameOf = ({ accountHost, accountUsername, accountMailbox, accountId }: RunAnswer): string =>
  plain(accountUsername === undefined ? accountId : `${accountMailbox ?? accountUsername} at ${accountHost}`)

/** @returns text such as `Support 3, Raw 1` */
export const queuesOf = ({ storedByQueue }: RunAnswer): string =>
  Object.entries(storedByQueue)
    .map(([queue, count]) => `${plain(queue)} ${count}`)
    .join(', ')

/** @returns seconds with one decimal, or an empty string while the run is in progress */
export const durationOf = ({ duration }: RunAnswer): string =>
  duration === undefined ? '' : (duration / 1000).toFixed(1)
