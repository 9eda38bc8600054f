import type { Message } from '../../messages/message.ts'
import type { Clock } from '../../text/clock.ts'
import { UncleanableMail } from '../copy/clean-header.ts'
import type { Destination } from '../destinations/destination.ts'
import type { Delivery } from '../ledger/delivery.ts'
import type { Idempotency, Outcome } from '../ledger/outcome.ts'
import { queueNameFor } from '../planning/select.ts'
import type { Adapter, Parcel } from './adapter.ts'
import type { LookUp } from './in-doubt.ts'
import { uncleanable } from './refusals.ts'
import type { Taken } from './take-head.ts'

export interface AttemptServices {
  readonly adapters: Readonly<Record<Exclude<Destination['kind'], 'pull'>, Adapter>>
  /** Opens the mail as the destination receives it. @returns undefined if the raw mail has expired */
  readonly openMail: (
    message: Message,
    destination: Destination,
    signal: AbortSignal,
  ) => Promise<AsyncIterable<Buffer> | undefined>
  /** Called with an error that an adapter threw. */
  readonly onDefect: (error: unknown, deliveryId: string) => void
  readonly now: Clock
}

export interface AttemptResult {
  readonly outcome: Outcome
  readonly startedAt: string
  readonly milliseconds: number
}

export interface LaneAttempt extends AttemptResult {
  /** The delivery after the attempt. */
  readonly delivery: Delivery
}

/** Sends one delivery. An adapter that throws is a defect, and the delivery is tried again like any other. */
export const attempt = async (
  services: AttemptServices,
  adapter: Adapter,
  destination: Destination,
  { taken, message }: Taken,
): Promise<AttemptResult> => {
  const started = services.now()
  const signal = timeLimitOf(destination)
  let uncleanableMail: UncleanableMail | undefined
  const parcel = parcelOf(services, taken, message, destination, (found) => {
    uncleanableMail = found
  })
  const outcome = await adapter.deliver(parcel, destination, signal).catch((error: unknown) => {
    if (!uncleanableMail) services.onDefect(error, taken.deliveryId)
    return adapterFailed(adapter.idempotency)
  })
  return {
    // To the adapter, this is a mail that could not be read, which would be tried again.
    outcome: uncleanableMail ? uncleanable(uncleanableMail) : outcome,
    startedAt: started.toISOString(),
    milliseconds: services.now().getTime() - started.getTime(),
  }
}

/** @returns undefined if the receiver cannot be asked */
export const lookUpWith = (
  services: AttemptServices,
  adapter: Adapter,
  destination: Destination,
): LookUp | undefined => {
  const { lookup } = adapter
  if (!lookup) return undefined
  return async (delivery, message) => {
    const parcel = parcelOf(services, delivery, message, destination)
    return await lookup.call(adapter, parcel, destination, timeLimitOf(destination)).catch((error: unknown) => {
      services.onDefect(error, delivery.deliveryId)
      return 'unknown' as const
    })
  }
}

const timeLimitOf = ({ limits }: Destination): AbortSignal => AbortSignal.timeout(limits.timeoutSeconds * 1000)

const parcelOf = (
  services: AttemptServices,
  delivery: Delivery,
  message: Message,
  destination: Destination,
  onUncleanable: (found: UncleanableMail) => void = () => undefined,
): Parcel => ({
  delivery,
  message,
  queueName: queueNameFor(destination, message),
  raw: async (signal) => {
    const mail = await services.openMail(message, destination, signal)
    return mail && observed(mail, onUncleanable)
  },
})

async function* observed(
  mail: AsyncIterable<Buffer>,
  onUncleanable: (found: UncleanableMail) => void,
): AsyncGenerator<Buffer> {
  try {
    yield* mail
  } catch (error) {
    if (error instanceof UncleanableMail) onUncleanable(error)
    throw error
  }
}

/** The request may have been sent in full before the error. */
const adapterFailed = (idempotency: Idempotency): Outcome => ({
  result: idempotency === 'key' || idempotency === 'message-id' ? 'temporary' : 'in-doubt',
  scope: 'message',
  code: 'adapter-failed',
  detail: 'The attempt failed because of an unexpected error.',
  remedy: 'Search the log of the function deliver for the id of the delivery. It shows where the error was thrown.',
  bytes: 0,
})
