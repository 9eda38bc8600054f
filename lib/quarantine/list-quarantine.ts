import * as z from 'zod'
import type { AccountReader } from '../accounts/store/account-store.ts'
import { deliveryPositionSchema } from '../handover/ledger/merged-keys.ts'
import { shownDeliverySchema } from '../handover/viewing/shown-delivery.ts'
import { type ListDeliveriesServices, listDeliveries } from '../handover/viewing/view-deliveries.ts'
import { unstoredMessageSchema } from '../messages/unstored/unstored-message.ts'
import { type UnstoredMessages, unstoredCursorSchema } from '../messages/unstored/unstored-messages.ts'
import { accountNameFields, withAccountNames } from '../runs/view-runs.ts'
import type { Clock } from '../text/clock.ts'

/** A message that is not stored, with the names of its account. */
export const shownUnstoredSchema = unstoredMessageSchema
  .omit({ revision: true })
  .extend({
    kind: z.literal('message').meta({ description: 'A message that could not be stored.', examples: ['message'] }),
    ...accountNameFields,
  })
  .meta({ id: 'UnstoredMessage', description: 'A message that stays on the mail server, because it cannot be stored.' })

export const quarantineItemSchema = z.discriminatedUnion('kind', [shownUnstoredSchema, shownDeliverySchema])
export type QuarantineItem = z.infer<typeof quarantineItemSchema>

/** The list has two parts. A cursor without a position stands for the start of the part. */
export const quarantineCursorSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('message'), after: unstoredCursorSchema }),
  z.strictObject({ kind: z.literal('delivery'), after: deliveryPositionSchema.optional() }),
])
export type QuarantineCursor = z.infer<typeof quarantineCursorSchema>

export interface ListQuarantineServices {
  readonly deliveries: ListDeliveriesServices
  readonly unstored: Pick<UnstoredMessages, 'listOpen'>
  readonly accounts: Pick<AccountReader, 'readMany'>
  readonly now: Clock
}

/**
 * Lists everything about which a person must decide: first the messages that could not be stored, and then the
 * deliveries in quarantine, both with the newest first.
 */
export const listQuarantine = async (
  services: ListQuarantineServices,
  { limit, cursor }: { readonly limit: number; readonly cursor?: QuarantineCursor | undefined },
): Promise<{ items: QuarantineItem[]; next?: QuarantineCursor }> => {
  const items: QuarantineItem[] = []
  if (cursor?.kind !== 'delivery') {
    const { messages, next } = await services.unstored.listOpen(limit, cursor?.after, services.now())
    for (const { revision: _, ...message } of await withAccountNames(services.accounts, messages))
      items.push({ kind: 'message', ...message })
    if (next) return { items, next: { kind: 'message', after: next } }
  }
  if (items.length === limit) return { items, next: { kind: 'delivery' } }
  const deliveries = await listDeliveries(services.deliveries, {
    ...{ state: 'quarantined', limit: limit - items.length },
    cursor: cursor?.kind === 'delivery' ? cursor.after : undefined,
  })
  items.push(...deliveries.items)
  return { items, ...(deliveries.next && { next: { kind: 'delivery', after: deliveries.next } }) }
}
