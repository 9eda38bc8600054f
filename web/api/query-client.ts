import { QueryClient } from '@tanstack/react-query'
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
