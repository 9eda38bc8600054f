import { useCallback, useMemo } from 'react'
import { useSearchParams } from 'wouter'
import { filtersOf, type MessageFilters, withFilters } from './filters.ts'

/** The filters, which are kept in the address. */
export const useMessageFilters = (): [MessageFilters, (change: Partial<MessageFilters>) => void] => {
  const [params, setParams] = useSearchParams()
  const filters = useMemo(() => filtersOf(params), [params])
  const change = useCallback(
    (changed: Partial<MessageFilters>) =>
      setParams((current) => withFilters(current, { ...filtersOf(current), ...changed }), { replace: true }),
    [setParams],
  )
  return [filters, change]
}
