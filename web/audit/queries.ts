import { infiniteQueryOptions } from '@tanstack/react-query'
import { api, bodyOf } from '../api/client.ts'
import type { components } from '../api/schema.d.ts'

export type AuditEntry = components['schemas']['AuditEntry']

interface AuditFilter {
  readonly who?: string | undefined
  readonly subject?: string | undefined
  /** The age of the oldest entries, in milliseconds. All entries by default. */
  readonly since?: number | undefined
}

export const auditQuery = ({ since, ...filter }: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ['audit', since ?? 'all', filter],
    initialPageParam: '',
    queryFn: ({ pageParam }) =>
      bodyOf(
        api.GET('/audit', {
          params: {
            query: {
              ...filter,
              from: since === undefined ? undefined : new Date(Date.now() - since).toISOString(),
              next: pageParam === '' ? undefined : pageParam,
            },
          },
        }),
      ),
    getNextPageParam: ({ next }) => next,
  })
