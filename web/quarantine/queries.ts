import { infiniteQueryOptions } from '@tanstack/react-query'
import { api, bodyOf } from '../api/client.ts'
import { handleDelivery, retryDelivery } from '../deliveries/queries.ts'
import type { QuarantineItem } from './item.ts'

const pageSize = 50
const refreshEvery = 15_000

export const quarantineQuery = infiniteQueryOptions({
  queryKey: ['quarantine'],
  queryFn: ({ pageParam }) =>
    bodyOf(
      api.GET('/quarantine', {
        params: { query: { limit: pageSize, ...(pageParam !== '' && { next: pageParam }) } },
      }),
    ),
  initialPageParam: '',
  getNextPageParam: ({ next }) => next,
  refetchInterval: refreshEvery,
})

const retryMessage = (messageId: string) =>
  bodyOf(api.POST('/quarantine/{messageId}/retry', { params: { path: { messageId } } }))

const handleMessage = (messageId: string, note: string) =>
  bodyOf(
    api.POST('/quarantine/{messageId}/handle', {
      params: { path: { messageId } },
      ...(note !== '' && { body: { note } }),
    }),
  )

/** @returns the run that fetches the account again, for a message that is not stored */
export const retryItem = async (item: QuarantineItem): Promise<string | undefined> => {
  if (item.kind === 'message') return (await retryMessage(item.messageId)).runs[0]?.runId
  await retryDelivery(item.deliveryId)
  return undefined
}

/** @param note an empty text means that there is none */
export const handleItem = async (item: QuarantineItem, note: string): Promise<void> => {
  if (item.kind === 'message') await handleMessage(item.messageId, note)
  else await handleDelivery(item.deliveryId, note)
}
