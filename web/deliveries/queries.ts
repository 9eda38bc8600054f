import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api, bodyOf } from '../api/client.ts'
import { type Delivery, refreshAfter } from './delivery.ts'
import type { DeliveryQuery } from './filters.ts'

export const pageSize = 50
/** A list looks for new deliveries this often, in milliseconds. */
const listRefresh = 15_000
/** The API may answer with an empty page although more follow. So many of them are skipped at once. */
const mostEmptyPages = 10

const pageOf = async (query: DeliveryQuery, limit: number, next: string) => {
  let from = next
  for (let skipped = 0; ; skipped += 1) {
    const params = { query: { ...query, limit, ...(from !== '' && { next: from }) } }
    const page = await bodyOf(api.GET('/deliveries', { params }))
    if (page.items.length > 0 || page.next === undefined || skipped === mostEmptyPages) return page
    from = page.next
  }
}

/** The pages that were visited. */
export const deliveriesQuery = (query: DeliveryQuery) =>
  infiniteQueryOptions({
    queryKey: ['deliveries', 'list', query],
    queryFn: ({ pageParam }) => pageOf(query, pageSize, pageParam),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    refetchInterval: listRefresh,
  })

/** The latest deliveries of one destination. */
export const latestDeliveriesQuery = (destinationId: string) =>
  queryOptions({
    queryKey: ['deliveries', 'latest', destinationId],
    queryFn: async () => (await pageOf({ destinationId }, 10, '')).items,
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
