import * as z from 'zod'
import { exampleIds } from '../requests/documented-fields.ts'
import type { Run } from './run.ts'

/** Two runs never fetch the same mailbox at the same time. */
export const queuedBehindField = z
  .string()
  .meta({ description: 'The run of this account that must end first.', examples: [exampleIds.run] })
  .optional()

/**
 * Prefers the running run, which determines the wait. Otherwise, the last requested run directly precedes the new one.
 *
 * @param open the account's open runs, newest first
 * @returns undefined if nothing is ahead
 */
export const runAhead = (open: readonly Run[]): Run | undefined =>
  open.find(({ state }) => state === 'running') ?? open[0]
