import type { Actor } from '../audit/audit-entry.ts'
import type { AuditTrail } from '../audit/audit-trail.ts'
import { allows } from '../handover/ledger/changes.ts'
import { type Delivery, deliveryIdOf, isEnded } from '../handover/ledger/delivery.ts'
import type { DeliveryLedger } from '../handover/ledger/delivery-ledger.ts'
import type { Message, MessageId } from '../messages/message.ts'
import type { ErasableMessage, MessageErasures } from '../messages/store/message-erasures.ts'
import type { StoredVersions } from '../messages/store/stored-versions.ts'
import { ProblemError } from '../reasons/problem.ts'
import type { Clock } from '../text/clock.ts'
import { erasedDelivery } from './erased-delivery.ts'

export interface ErasingServices {
  readonly erasures: Pick<MessageErasures, 'withRepeats' | 'erase'>
  readonly ledger: Pick<DeliveryLedger, 'read' | 'readMany' | 'replace'>
  readonly storage: Pick<StoredVersions, 'removeAll'>
  readonly audit: AuditTrail
  readonly now: Clock
}

/** A worker changes a delivery a few times a minute at most. */
const mostTries = 5
/** Enough digits of a message id to recognise it in a list. */
const shownDigits = 12

/**
 * Erases the content of a message and of the messages that repeat it: first from the rows, then from the deliveries, and
 * last every version in the bucket. A repeat after a failure completes what is left. The rows stay, so that no run
 * stores the message again.
 * @throws ProblemError `not-found`; `message-under-way` or `delivery-under-way` before anything is changed; and
 * `delivery-under-way` after the erasure if an attempt began at the same moment
 */
export const eraseMessage = async (services: ErasingServices, messageId: MessageId, by: Actor): Promise<Message> => {
  const [first] = await services.erasures.withRepeats(messageId)
  if (!first) throw notFound()
  const intention = {
    by,
    action: 'erase' as const,
    subject: `/messages/${messageId}`,
    name: `message ${messageId.slice(0, shownDigits)}`,
    changes: [{ field: 'state', from: first.message.state, to: 'erased' }],
  }
  const underWay = await services.audit.record(
    intention,
    () => eraseUnrecorded(services, messageId, by),
    () => true,
  )
  if (underWay) throw attemptBegan(underWay)
  const [erased] = await services.erasures.withRepeats(messageId)
  if (!erased) throw notFound()
  return erased.message
}

/**
 * As `eraseMessage`, without an entry in the audit trail.
 * @returns a delivery whose attempt began while the message was erased, if there is one
 */
export const eraseUnrecorded = async (
  services: ErasingServices,
  messageId: MessageId,
  by: Actor,
): Promise<Delivery | undefined> => {
  const messages = await services.erasures.withRepeats(messageId)
  if (messages.length === 0) throw notFound()
  const at = services.now().toISOString()
  await requireIdle(services, messages, at)
  const erased = { at, by: by.name, ...(by.sub !== undefined && { bySub: by.sub }) }
  // The row comes first: from then on, no attempt sends the message.
  for (const { message } of messages) {
    if (!(await services.erasures.erase(message.messageId, erased)))
      throw new ProblemError('message-under-way', 'The message changed while it was being erased.')
  }
  const open: Delivery[] = []
  for (const deliveryId of deliveryIdsOf(messages)) open.push(...(await eraseDelivery(services, deliveryId, by)))
  for (const { message, destinationIds } of messages)
    await services.storage.removeAll(message.messageId, destinationIds)
  return open[0]
}

const deliveryIdsOf = (messages: readonly ErasableMessage[]): string[] =>
  messages.flatMap(({ message, destinationIds }) =>
    destinationIds.map((destinationId) => deliveryIdOf(destinationId, message.messageId)),
  )

const requireIdle = async ({ ledger }: ErasingServices, messages: readonly ErasableMessage[], at: string) => {
  const announcing = messages.find(({ underWay }) => underWay)
  if (announcing)
    throw new ProblemError(
      'message-under-way',
      announcing.message.state === 'stored'
        ? 'The message is stored but not announced yet.'
        : 'The deliveries of the message are being planned.',
    )
  const deliveries = await ledger.readMany(deliveryIdsOf(messages))
  const underWay = deliveries.find((delivery) => !isEnded(delivery) && !allows('handled', delivery, at))
  if (underWay)
    throw new ProblemError('delivery-under-way', `An attempt is in progress. It ends by ${underWay.leaseUntil}.`)
}

/** @returns the delivery if its attempt is in progress */
const eraseDelivery = async (
  { ledger, now }: ErasingServices,
  deliveryId: string,
  { name }: Actor,
): Promise<Delivery[]> => {
  for (let attempt = 0; attempt < mostTries; attempt += 1) {
    const read = await ledger.read(deliveryId)
    if (!read) return []
    const at = now().toISOString()
    if (!isEnded(read) && !allows('handled', read, at)) return [read]
    const next = erasedDelivery(read, name, at)
    if (!next || (await ledger.replace(read, next))) return []
  }
  throw new ProblemError('delivery-under-way', 'A delivery of the message changed during each attempt to erase it.')
}

/** The record of such an attempt can quote the receiver's answer. */
export const attemptBegan = ({ leaseUntil }: Delivery): ProblemError =>
  new ProblemError(
    'delivery-under-way',
    `The message is erased, but an attempt to hand it over had just begun. Erase it again after ${leaseUntil}, so ` +
      'that the record of this attempt is erased as well.',
  )

const notFound = (): ProblemError => new ProblemError('not-found', 'There is no message with this id.')
