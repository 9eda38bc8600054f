import { useCallback, useMemo } from 'react'
import { useSearchParams } from 'wouter'
import { filtersOf, type MessageFilters, withFilters } from './filters.ts'

interface FilterState {
  readonly filters: MessageFilters
  readonly change: (changed: Partial<MessageFilters>) => void
  /** Clears everything, the text included. */
  readonly clear: () => void
}

/** The filters, which are kept in the address. */
export const useMessageFilters = (): FilterState => {
  const [params, setParams] = useSearchParams()
  const filters = useMemo(() => filtersOf(params), [params])
  const change = useCallback(
    (changed: Partial<MessageFilters>) =>
      setParams((current) => withFilters(current, { ...filtersOf(current), ...changed }), { replace: true }),
    [setParams],
  )
  const clear = useCallback(() => setParams({}, { replace: true }), [setParams])
  return { filters, change, clear }
}
