import { queryOptions } from '@tanstack/react-query'
import { api, bodyOf, done, versionedBodyOf } from '../api/client.ts'
import { queryClient } from '../api/query-client.ts'
import type { components } from '../api/schema.d.ts'

export type Queue = components['schemas']['Queue']
export type QueueInput = components['schemas']['QueueInput']
export type SystemAddress = components['schemas']['SystemAddress']
export type SystemAddressInput = components['schemas']['SystemAddressInput']

export const defaultQueueQuery = queryOptions({
  queryKey: ['queues', 'default'],
  queryFn: () => bodyOf(api.GET('/default-queue')),
})

const byId = (queueId: string) => ({ path: { queueId } })
const byAddress = (address: string) => ({ path: { address } })

export const readQueue = (queueId: string) => versionedBodyOf(api.GET('/queues/{queueId}', { params: byId(queueId) }))

/** Creates a queue if there is no id. */
export const saveQueue = (queueId: string | undefined, body: QueueInput, etag = '*') =>
  queueId === undefined
    ? bodyOf(api.POST('/queues', { body }))
    : bodyOf(api.PUT('/queues/{queueId}', { params: { ...byId(queueId), header: { 'If-Match': etag } }, body }))

export const deleteQueue = async (queueId: string): Promise<void> => {
  const { etag } = await readQueue(queueId)
  await done(api.DELETE('/queues/{queueId}', { params: { ...byId(queueId), header: { 'If-Match': etag } } }))
}

export const setDefaultQueue = (queueId: string) => bodyOf(api.PUT('/default-queue', { body: { queueId } }))

export const readAddress = (address: string) =>
  versionedBodyOf(api.GET('/system-addresses/{address}', { params: byAddress(address) }))

/** Creates the system address if it is new. */
export const saveAddress = (isNew: boolean, body: SystemAddressInput, etag = '*') =>
  isNew
    ? bodyOf(api.POST('/system-addresses', { body }))
    : bodyOf(
        api.PUT('/system-addresses/{address}', {
          params: { ...byAddress(body.address), header: { 'If-Match': etag } },
          body,
        }),
      )

export const deleteAddress = async (address: string): Promise<void> => {
  const { etag } = await readAddress(address)
  await done(
    api.DELETE('/system-addresses/{address}', { params: { ...byAddress(address), header: { 'If-Match': etag } } }),
  )
}

/** Both lists show each other's names. */
export const invalidateDispatching = async (): Promise<void> => {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: ['queues'] }),
    queryClient.invalidateQueries({ queryKey: ['system-addresses'] }),
  ])
}
