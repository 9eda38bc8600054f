import type { Destination } from '../destination.ts'

/** What decides whether a destination selects a message. */
interface Selectable {
  readonly queueId: string
  readonly accountId: string
  readonly trusted: boolean
  readonly automatic?: { readonly kind?: string | undefined } | undefined
}

/** @returns whether the settings of the destination select the message, as planning decides it */
export const selects = (
  { queueIds, accountIds, trustedOnly, loops }: Destination['selection'],
  message: Selectable,
): boolean =>
  (queueIds === 'all' || queueIds.includes(message.queueId)) &&
  (accountIds === undefined || accountIds.includes(message.accountId)) &&
  (message.trusted || !trustedOnly) &&
  (loops || message.automatic?.kind === undefined)

/** The messages of a period that the destination selects, oldest first. */
export interface Found {
  readonly messageIds: readonly string[]
  /** Those that have a delivery to the destination already, whatever became of it. */
  readonly planned: ReadonlySet<string>
}

/** @returns the messages to hand over @param again whether messages that have a delivery are handed over once more */
export const chosenOf = ({ messageIds, planned }: Found, again: boolean): readonly string[] =>
  again ? messageIds : messageIds.filter((id) => !planned.has(id))

/** @param first and @param last are days such as 2026-03-01. Both count in the reader's zone. */
export const rangeOf = (first: string, last: string): { from: string; to: string } | undefined => {
  const from = new Date(`${first}T00:00:00`)
  const to = new Date(`${last}T23:59:59.999`)
  if (Number.isNaN(from.getTime()) || Number.isNaN(to.getTime()) || from > to) return undefined
  return { from: from.toISOString(), to: to.toISOString() }
}
