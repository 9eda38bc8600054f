import { ProblemError } from '../../reasons/problem.ts'
import { deliveryIdOf } from '../ledger/delivery.ts'
import type { DeliveryCatalog, DeliveryQuery } from '../ledger/delivery-catalog.ts'
import type { DeliveryLedger } from '../ledger/delivery-ledger.ts'
import type { DeliveryPosition } from '../ledger/merged-keys.ts'
import type { PlanLedger } from '../planning/dynamo-plan-ledger.ts'
import { type NamingServices, type ShownDelivery, shownDeliveries, shownDelivery } from './shown-delivery.ts'

export interface ListDeliveriesServices extends NamingServices {
  readonly catalog: Pick<DeliveryCatalog, 'list'>
}

export interface ViewDeliveriesServices extends ListDeliveriesServices {
  readonly catalog: Pick<DeliveryCatalog, 'list' | 'byTicket'>
  readonly ledger: Pick<DeliveryLedger, 'read' | 'readMany'>
  readonly plans: Pick<PlanLedger, 'read' | 'readMany'>
}

/** @throws ProblemError `not-found` */
export const readDelivery = async (services: ViewDeliveriesServices, deliveryId: string): Promise<ShownDelivery> => {
  const delivery = await services.ledger.read(deliveryId)
  if (!delivery) throw new ProblemError('not-found', 'There is no delivery with this id, or its record has expired.')
  return await shownDelivery(services, delivery)
}

/** The number of mails of one ticket that are listed. Each ticket system shows the rest itself. */
const listedOfTicket = 100

/** Lists the deliveries of one destination or of all, newest first. */
export const listDeliveries = async (
  services: ListDeliveriesServices,
  query: Omit<DeliveryQuery, 'destinationIds'> & { readonly destinationId?: string | undefined },
): Promise<{ items: ShownDelivery[]; next?: DeliveryPosition }> => {
  const { destinationId, ...range } = query
  const destinationIds =
    destinationId === undefined ? (await services.destinations.all()).map((one) => one.destinationId) : [destinationId]
  const { deliveries, next } = await services.catalog.list({ ...range, destinationIds })
  return { items: await shownDeliveries(services, deliveries), ...(next && { next }) }
}

/** Lists the latest deliveries that became this ticket, newest first. */
export const deliveriesOfTicket = async (services: ViewDeliveriesServices, ticket: string): Promise<ShownDelivery[]> =>
  await shownDeliveries(services, await services.catalog.byTicket(ticket, listedOfTicket))

/** Lists the deliveries of a message, one for each destination, in the order in which they were planned. */
export const deliveriesOfMessage = async (
  services: ViewDeliveriesServices,
  messageId: string,
): Promise<ShownDelivery[]> => {
  const { plannedFor = [] } = (await services.plans.read(messageId)) ?? {}
  const ids = plannedFor.map((destinationId) => deliveryIdOf(destinationId, messageId))
  const found = new Map((await services.ledger.readMany(ids)).map((delivery) => [delivery.deliveryId, delivery]))
  return await shownDeliveries(
    services,
    ids.flatMap((id) => found.get(id) ?? []),
  )
}
