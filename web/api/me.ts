import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, bodyOf } from './client.ts'

/** Who is signed in, with which role, and to which deployment. It does not change during a session. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: () => bodyOf(api.GET('/me')),
  staleTime: Number.POSITIVE_INFINITY,
})

/** @returns whether the signed-in person may change things. A reader sees the same screens without what changes things. */
export const useCanChange = (): boolean => useQuery(meQuery).data?.role === 'admin'
