import type { components } from '../api/schema.d.ts'

/** A message that is only on the mail server, because it cannot be stored. */
export type UnstoredMessage = components['schemas']['UnstoredMessage']
export type QuarantinedDelivery = components['schemas']['Delivery']
export type QuarantineItem = UnstoredMessage | QuarantinedDelivery

/** @returns an id that is unique among both kinds */
export const idOf = (item: QuarantineItem): string => (item.kind === 'message' ? item.messageId : item.deliveryId)

export const sinceOf = (item: QuarantineItem): string => (item.kind === 'message' ? item.firstAt : item.changedAt)

/** Earlier attempts may no longer be recorded, so these numbers are only what is known. */
export const triesOf = (item: QuarantineItem): number => item.attempts.length

/** @returns the items in the order in which they are retried: oldest first, so that a conversation keeps its order */
export const oldestFirst = (items: readonly QuarantineItem[]): QuarantineItem[] =>
  items.toSorted((a, b) => sinceOf(a).localeCompare(sinceOf(b)))
