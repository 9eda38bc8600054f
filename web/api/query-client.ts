import { type Query, QueryClient } from '@tanstack/react-query'
import { asProblem } from './problems.ts'

/** A request that failed for a passing reason is repeated this often. */
const mostRetries = 2

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (failures, thrown) => {
        const { status, code } = asProblem(thrown)
        return failures < mostRetries && code !== 'session-ended' && (status === 0 || status === 429 || status >= 500)
      },
    },
  },
})

/** @returns whether a query reads something about the resource with this id */
export const isAbout =
  (id: string) =>
  ({ queryKey }: Query): boolean =>
    JSON.stringify(queryKey).includes(id)

/** Ends what still reads a resource that is about to be deleted, because it would find nothing. */
export const endReadsOf = (id: string): Promise<void> => queryClient.cancelQueries({ predicate: isAbout(id) })
