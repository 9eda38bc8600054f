import type { Message } from '../../messages/message.ts'
import type { Destination } from '../destinations/destination.ts'
import type { Delivery } from '../ledger/delivery.ts'
import type { Idempotency, Outcome } from '../ledger/outcome.ts'
import { doubted } from '../ledger/transitions.ts'
import type { DeliveringServices } from './delivering-services.ts'
import { settleDelivery } from './settle-delivery.ts'

/** Asks the receiver whether a delivery in doubt arrived. */
export type LookUp = (delivery: Delivery, message: Message) => Promise<'there' | 'not-there' | 'unknown'>

interface Doubt {
  readonly delivery: Delivery
  readonly message: Message | undefined
  readonly destination: Destination
  readonly options: { readonly idempotency: Idempotency; readonly lookUp?: LookUp | undefined }
}

/**
 * Decides what becomes of a delivery that may or may not have arrived, before it is leased again: its lease ran out
 * without an outcome, or its next attempt is due and the receiver can be asked.
 * @returns whether the delivery has changed. If not, it can be leased.
 */
export const resolveDoubt = async (services: DeliveringServices, doubt: Doubt): Promise<boolean> => {
  const { delivery, message, destination, options } = doubt
  if (delivery.state === 'delivering') return await leaveInDoubt(services, doubt)
  if (delivery.state !== 'in-doubt') return false
  if (!message || !options.lookUp) return destination.doubt === 'ask' && (await leaveInDoubt(services, doubt))
  const answer = await options.lookUp(delivery, message)
  if (answer === 'not-there') return false
  if (answer === 'unknown') return await leaveInDoubt(services, doubt)
  const { idempotency } = options
  await settleDelivery(services, delivery.deliveryId, {
    lease: delivery.leases.at(-1) ?? '',
    outcome: found,
    startedAt: services.now().toISOString(),
    milliseconds: 0,
    doubt: destination.doubt,
    idempotency,
  })
  return true
}

const leaveInDoubt = async ({ ledger, now, random }: DeliveringServices, { delivery, destination, options }: Doubt) => {
  const at = now().toISOString()
  const { doubt } = destination
  // If another worker has changed the row, it has decided.
  await ledger.replace(delivery, doubted(delivery, { at, random: random(), doubt, idempotency: options.idempotency }))
  return true
}

const found: Outcome = {
  result: 'delivered',
  scope: 'message',
  code: 'found',
  detail: 'The receiver has the message from an earlier attempt whose outcome was unknown.',
  remedy: 'No action is required.',
  bytes: 0,
}
