import type { ExplanationStep } from '../../messages/history/explanation.ts'
import type { MessageId } from '../../messages/message.ts'
import type { Reason } from '../../reasons/reason.ts'
import type { DynamoDestinations } from '../destinations/destination-store.ts'
import { attemptsKept, type Delivery, type DeliveryState, deliveryIdOf } from '../ledger/delivery.ts'
import type { DeliveryLedger } from '../ledger/delivery-ledger.ts'
import type { PlanLedger, PlannedMessage } from '../planning/dynamo-plan-ledger.ts'

export interface ExplainHandoverServices {
  readonly plans: Pick<PlanLedger, 'read'>
  readonly ledger: Pick<DeliveryLedger, 'readMany'>
  readonly destinations: Pick<DynamoDestinations, 'all'>
}

/**
 * Explains to which destinations a stored message was handed over, or why it was not. Each step is one delivery, and
 * its detail is one or more sentences.
 * @returns no steps if there is nothing to explain, for example in a deployment without destinations
 */
export const explainHandover = async (
  { plans, ledger, destinations }: ExplainHandoverServices,
  messageId: MessageId,
): Promise<ExplanationStep[]> => {
  const [plan, all] = await Promise.all([plans.read(messageId), destinations.all()])
  if (!plan) return []
  const { plannedFor = [] } = plan
  if (plannedFor.length === 0) return all.length === 0 ? [] : withoutDelivery(plan)
  const names = new Map(all.map(({ destinationId, name }) => [destinationId, name]))
  const deliveries = await ledger.readMany(plannedFor.map((destinationId) => deliveryIdOf(destinationId, messageId)))
  const found = new Map(deliveries.map((delivery) => [delivery.destinationId, delivery]))
  return plannedFor.map((destinationId) =>
    stepOf(names.get(destinationId) ?? `the deleted destination ${destinationId}`, found.get(destinationId)),
  )
}

const withoutDelivery = ({ message, unplanned, plannedFor }: PlannedMessage): ExplanationStep[] => {
  // An earlier step explains why a message is not announced, and only announced messages are planned.
  if (message.state !== 'announced' || message.sameAs !== undefined) return []
  if (plannedFor)
    return [
      {
        code: 'not-received',
        detail: `No destination selected it from queue ${message.queueName}, so Postmaster did not hand it over.`,
      },
    ]
  if (unplanned)
    return [
      { code: 'handover-pending', detail: 'Postmaster has not planned its hand-over yet. This takes a few minutes.' },
    ]
  return [
    {
      code: 'not-received',
      detail: 'An earlier version of Postmaster stored it, so Postmaster hands it over only if an admin replays it.',
    },
  ]
}

const codes = {
  pending: 'handover-pending',
  delivering: 'handover-pending',
  delivered: 'handed-over',
  waiting: 'handover-waiting',
  'in-doubt': 'handover-in-doubt',
  quarantined: 'handover-quarantined',
  handled: 'handover-handled',
} as const satisfies Record<DeliveryState, ExplanationStep['code']>

const stepOf = (destination: string, delivery: Delivery | undefined): ExplanationStep =>
  delivery
    ? {
        at: delivery.changedAt,
        code: codes[delivery.state],
        detail: `${sentences[delivery.state](destination, delivery)}${doubled(delivery)}`,
        links: { delivery: `/deliveries/${delivery.deliveryId}` },
      }
    : { code: 'handover-pending', detail: `Postmaster is planning its delivery to ${destination}.` }

const sentences: Readonly<Record<DeliveryState, (destination: string, delivery: Delivery) => string>> = {
  pending: (destination, { reason }) => `Postmaster has not handed it over to ${destination} yet.${because(reason)}`,
  delivering: (destination) => `Postmaster is handing it over to ${destination} now.`,
  delivered: (destination, { remote, attempts: { length } }) => {
    const ticket = remote?.ticket === undefined ? '' : ` as ticket ${remote.ticket}`
    const url = remote?.url === undefined ? '' : ` (${remote.url})`
    const count = length === attemptsKept ? `at least ${length}` : length
    const attempts = length > 1 ? ` This took ${count} attempts.` : ''
    return `Postmaster handed it over to ${destination}${ticket}${url}.${attempts}`
  },
  waiting: (destination, { reason, nextAttemptAt }) =>
    `Postmaster could not hand it over to ${destination} yet.${because(reason)}${next(nextAttemptAt)}`,
  'in-doubt': (destination, { reason, nextAttemptAt }) =>
    `Postmaster does not know whether ${destination} received it.${because(reason)}${next(nextAttemptAt)}`,
  quarantined: (destination, { reason }) =>
    `Its delivery to ${destination} is quarantined until a person decides.${because(reason)}${remedyOf(reason)}`,
  handled: (destination, { reason }) => `Its delivery to ${destination} is marked as handled.${because(reason)}`,
}

const because = (reason: Reason | undefined): string => (reason ? ` ${sentence(reason.detail)}` : '')
const remedyOf = (reason: Reason | undefined): string => (reason ? ` ${sentence(reason.remedy)}` : '')
const next = (at: string | undefined): string => (at === undefined ? '' : ` The next attempt is at ${at}.`)
const doubled = ({ possiblyDoubled }: Delivery): string =>
  possiblyDoubled ? ' The receiver may have received it twice.' : ''
const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)
