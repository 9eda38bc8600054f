import { queryOptions } from '@tanstack/react-query'
import { api, everyItem } from './client.ts'

/**
 * Lists that are short by nature, read completely, and shared by the screens that let people choose from them. A change
 * of one of these resources invalidates the first part of the key.
 */
const staleTime = 30_000

export const allQueues = queryOptions({
  queryKey: ['queues', 'all'],
  queryFn: () => everyItem((next) => api.GET('/queues', { params: { query: { next, limit: 100 } } })),
  staleTime,
})

export const allSystemAddresses = queryOptions({
  queryKey: ['system-addresses', 'all'],
  queryFn: () => everyItem((next) => api.GET('/system-addresses', { params: { query: { next, limit: 100 } } })),
  staleTime,
})

export const allProviders = queryOptions({
  queryKey: ['oauth2-providers', 'all'],
  queryFn: () => everyItem((next) => api.GET('/oauth2/providers', { params: { query: { next, limit: 100 } } })),
  staleTime,
})

export const allProfiles = queryOptions({
  queryKey: ['oauth2-profiles', 'all'],
  queryFn: () => everyItem((next) => api.GET('/oauth2/profiles', { params: { query: { next, limit: 100 } } })),
  staleTime,
})

export const allDestinations = queryOptions({
  queryKey: ['destinations', 'all'],
  queryFn: () => everyItem((next) => api.GET('/destinations', { params: { query: { next, limit: 100 } } })),
  staleTime,
})
