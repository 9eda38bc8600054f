import { queryOptions } from '@tanstack/react-query'
import { api, bodyOf } from '../api/client.ts'
import type { components } from '../api/schema.d.ts'

export type Overview = components['schemas']['Overview']

/** Milliseconds. The overview changes with every tick and whenever a run ends. */
const refresh = 15_000

export const overviewQuery = queryOptions({
  queryKey: ['overview'],
  queryFn: () => bodyOf(api.GET('/overview')),
  refetchInterval: refresh,
})
