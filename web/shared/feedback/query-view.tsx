import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Loading } from './loading.tsx'
import { ProblemAlert } from './problem-alert.tsx'

/** Shows a query's data, its progress before the first data, or what went wrong. */
export const QueryView = <T,>({ query, children }: { query: UseQueryResult<T>; children: (data: T) => ReactNode }) => {
  if (query.data !== undefined) return <>{children(query.data)}</>
  if (query.isError) return <ProblemAlert thrown={query.error} onRetry={() => void query.refetch()} />
  return <Loading />
}
