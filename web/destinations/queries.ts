import { queryOptions } from '@tanstack/react-query'
import { api, bodyOf, done, versionedBodyOf } from '../api/client.ts'
import { endReadsOf } from '../api/query-client.ts'
import type { operations } from '../api/schema.d.ts'
import type { Versioned } from '../shared/forms/versioned-edit.ts'
import type { Destination, DestinationInput } from './destination.ts'

const at = (destinationId: string) => ({ params: { path: { destinationId } } })
const versionAt = (destinationId: string, etag: string) => ({
  params: { path: { destinationId }, header: { 'If-Match': etag } },
})

/** @param signal ends the request when the screen that needs it is left */
export const readDestination = (
  destinationId: string,
  signal: AbortSignal | null = null,
): Promise<Versioned<Destination>> =>
  versionedBodyOf(api.GET('/destinations/{destinationId}', { ...at(destinationId), signal }))

export const destinationQuery = (destinationId: string) =>
  queryOptions({
    queryKey: ['destinations', 'one', destinationId],
    queryFn: ({ signal }) => readDestination(destinationId, signal),
    refetchInterval: 5_000,
  })

/** What a person begins to edit. It must not change while they type. */
export const editedDestinationQuery = (destinationId: string) =>
  queryOptions({
    queryKey: ['destinations', 'edited', destinationId],
    queryFn: ({ signal }) => readDestination(destinationId, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnMount: 'always',
    refetchOnWindowFocus: false,
  })

export const tokensQuery = (destinationId: string) =>
  queryOptions({
    queryKey: ['destinations', 'tokens', destinationId],
    queryFn: async ({ signal }) =>
      (await bodyOf(api.GET('/destinations/{destinationId}/tokens', { ...at(destinationId), signal }))).items,
    refetchInterval: 15_000,
  })

export const createDestination = (input: DestinationInput): Promise<Destination> =>
  bodyOf(api.POST('/destinations', { body: input }))

/** Secrets that the input does not contain stay as they are. */
export const replaceDestination = (
  destinationId: string,
  input: DestinationInput,
  etag: string,
): Promise<Destination> =>
  bodyOf(api.PUT('/destinations/{destinationId}', { ...versionAt(destinationId, etag), body: input }))

type Patch = operations['changeDestination']['requestBody']['content']['application/merge-patch+json']

/** Changes a field whose former value does not matter. */
const patch = (destinationId: string, body: Patch): Promise<Destination> =>
  bodyOf(
    api.PATCH('/destinations/{destinationId}', {
      ...versionAt(destinationId, '*'),
      headers: { 'Content-Type': 'application/merge-patch+json' },
      body,
    }),
  )

export const setValidity = (destinationId: string, validity: Destination['validity']): Promise<Destination> =>
  patch(destinationId, { validity })

export const replaceSigningSecret = (destinationId: string, signingSecret: string): Promise<Destination> =>
  patch(destinationId, { webhook: { signingSecret } })

export const deleteDestination = async (destinationId: string): Promise<void> => {
  await endReadsOf(destinationId)
  await done(api.DELETE('/destinations/{destinationId}', versionAt(destinationId, '*')))
}

export const testDestination = (destinationId: string) =>
  bodyOf(api.POST('/destinations/{destinationId}/test', at(destinationId)))

export const testInput = (input: DestinationInput) => bodyOf(api.POST('/destinations/test', { body: input }))

export const createToken = (destinationId: string, comment: string) =>
  bodyOf(api.POST('/destinations/{destinationId}/tokens', { ...at(destinationId), body: { comment } }))

export const revokeToken = (destinationId: string, tokenId: string): Promise<void> =>
  done(api.DELETE('/destinations/{destinationId}/tokens/{tokenId}', { params: { path: { destinationId, tokenId } } }))
