import { useCallback, useMemo } from 'react'
import { useSearchParams } from 'wouter'
import { type DeliveryFilters, filtersOf, withFilters } from './filters.ts'

/** The filters, which are kept in the address. */
export const useDeliveryFilters = (): [DeliveryFilters, (change: Partial<DeliveryFilters>) => void] => {
  const [params, setParams] = useSearchParams()
  const filters = useMemo(() => filtersOf(params), [params])
  const change = useCallback(
    (changed: Partial<DeliveryFilters>) =>
      setParams((current) => withFilters(current, { ...filtersOf(current), ...changed }), { replace: true }),
    [setParams],
  )
  return [filters, change]
}
