import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api, bodyOf } from '../api/client.ts'
import { type Delivery, refreshAfter } from './delivery.ts'
import { type DeliveryFilters, type DeliveryQuery, queryOf } from './list/filters.ts'

const pageSize = 50
/** A list looks for new deliveries this often, in milliseconds. */
const listRefresh = 15_000
/** A list that is longer than this many pages is renewed only on request. */
const mostRenewedPages = 2

const pageOf = (query: DeliveryQuery, limit: number, next: string | undefined) =>
  bodyOf(api.GET('/deliveries', { params: { query: { ...query, ...(!isUnpaged(query) && { limit, next }) } } }))

/** The API returns all deliveries of a ticket or of a message at once. */
const isUnpaged = ({ ticket, messageId }: DeliveryQuery): boolean => ticket !== undefined || messageId !== undefined

interface PageStart {
  /** The query of the first page, because a position refers to its limits of the time. */
  readonly query: DeliveryQuery
  readonly next: string
}

export const deliveryList = (filters: DeliveryFilters) =>
  infiniteQueryOptions({
    queryKey: ['deliveries', 'list', filters],
    initialPageParam: undefined as PageStart | undefined,
    queryFn: async ({ pageParam }) => {
      const query = pageParam?.query ?? queryOf(filters, Date.now())
      return { ...(await pageOf(query, pageSize, pageParam?.next)), query }
    },
    getNextPageParam: ({ query, next }) => (next === undefined ? undefined : { query, next }),
    refetchInterval: ({ state: { data } }) => ((data?.pages.length ?? 0) <= mostRenewedPages ? listRefresh : false),
  })

const latest = 10

/** The latest deliveries of one destination. */
export const latestDeliveriesQuery = (destinationId: string) =>
  queryOptions({
    queryKey: ['deliveries', 'latest', destinationId],
    queryFn: async () => (await pageOf({ destinationId }, latest, undefined)).items,
    refetchInterval: 5_000,
  })

export const deliveryQuery = (deliveryId: string) =>
  queryOptions({
    queryKey: ['deliveries', 'one', deliveryId],
    queryFn: () => bodyOf(api.GET('/deliveries/{deliveryId}', { params: { path: { deliveryId } } })),
    refetchInterval: ({ state }) => refreshAfter(state.data?.state),
  })

const at = (deliveryId: string) => ({ params: { path: { deliveryId } } })

export const retryDelivery = (deliveryId: string): Promise<Delivery> =>
  bodyOf(api.POST('/deliveries/{deliveryId}/retry', at(deliveryId)))

/** @param note an empty text means that there is none */
export const handleDelivery = (deliveryId: string, note: string): Promise<Delivery> =>
  bodyOf(
    api.POST('/deliveries/{deliveryId}/handle', { ...at(deliveryId), ...(note.trim() !== '' && { body: { note } }) }),
  )

/** @returns the delivery to the other destination */
export const redirectDelivery = (deliveryId: string, destinationId: string): Promise<Delivery> =>
  bodyOf(api.POST('/deliveries/{deliveryId}/redirect', { ...at(deliveryId), body: { destinationId } }))

export const replayDelivery = (deliveryId: string): Promise<Delivery> =>
  bodyOf(api.POST('/deliveries/{deliveryId}/replay', at(deliveryId)))
