import { UncleanableMail } from '../copy/clean-header.ts'
import type { HandedMail } from '../copy/handed-copy.ts'
import { leaseDeliveries } from '../delivering/lease-deliveries.ts'
import { mailExpired, uncleanable } from '../delivering/refusals.ts'
import type { Taken } from '../delivering/take-head.ts'
import type { Destination } from '../destinations/destination.ts'
import type { Outcome } from '../ledger/outcome.ts'
import { queueNameFor } from '../planning/select.ts'
import type { LeaseAnswer, Leased, LeaseRequest } from './agent-protocol.ts'
import type { AgentServices } from './agent-services.ts'
import { reportOutcome } from './report-outcome.ts'

/** In milliseconds. Preparing one large mail can take ten seconds, and the gateway waits for 30. */
const startWithin = 10_000

/**
 * Leases deliveries for an agent and prepares their mail. A delivery whose mail cannot be prepared is settled here, so
 * that it does not wait for the end of a lease that no agent holds.
 */
export const leaseForAgent = async (
  services: AgentServices,
  destination: Destination,
  { max, seconds }: Pick<LeaseRequest, 'max' | 'seconds'>,
  signal: AbortSignal,
): Promise<LeaseAnswer> => {
  const end = services.now().getTime() + startWithin
  const items: Leased[] = []
  for await (const head of leaseDeliveries(services, destination, { max, seconds })) {
    const item = await prepared(services, destination, head, signal)
    if (item) items.push(item)
    if (services.now().getTime() >= end) break
  }
  return { items }
}

const prepared = async (
  services: AgentServices,
  destination: Destination,
  head: Taken,
  signal: AbortSignal,
): Promise<Leased | undefined> => {
  const { taken, message } = head
  const startedAt = services.now()
  const mail = await services.mails.prepare(message, destination, signal).catch((error: unknown): Outcome => {
    if (error instanceof UncleanableMail) return uncleanable(error)
    services.onDefect(error, taken.deliveryId)
    return unprepared
  })
  if (mail && 'size' in mail) return leasedOf(destination, head, mail)
  await reportOutcome(services, destination, taken.deliveryId, {
    lease: taken.lease ?? '',
    outcome: mail ?? mailExpired,
    startedAt: startedAt.toISOString(),
    milliseconds: services.now().getTime() - startedAt.getTime(),
  })
  return undefined
}

const leasedOf = (destination: Destination, { taken, message }: Taken, { size, sha256 }: HandedMail): Leased => ({
  deliveryId: taken.deliveryId,
  lease: taken.lease ?? '',
  until: taken.leaseUntil ?? '',
  attempt: taken.attempts.length + 1,
  possiblyDoubled: taken.possiblyDoubled === true,
  replays: taken.replays ?? 0,
  messageId: message.messageId,
  queue: queueNameFor(destination, message),
  trusted: message.trusted,
  loop: message.automatic?.kind !== undefined,
  size,
  sha256,
  ...(message.header?.from !== undefined && { from: message.header.from }),
  ...(message.header?.subject !== undefined && { subject: message.header.subject }),
})

const unprepared: Outcome = {
  result: 'temporary',
  scope: 'message',
  code: 'preparation-failed',
  detail: 'The mail could not be prepared for the agent because of an unexpected error.',
  remedy: 'Search the log of the function agent for the id of the delivery. It shows where the error was thrown.',
  bytes: 0,
}
