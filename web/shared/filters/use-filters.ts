import { useCallback, useMemo } from 'react'
import { useSearchParams } from 'wouter'
import { currentQuery } from '../navigation/address-query.ts'

/** How the filters of a list are written in the address. */
interface FilterAddress<Filters> {
  readonly filtersOf: (query: URLSearchParams) => Filters
  readonly withFilters: (query: URLSearchParams, filters: Filters) => URLSearchParams
}

/** Several filters of a list, which are kept in the address and may change together. */
export const useFilters = <Filters>({
  filtersOf,
  withFilters,
}: FilterAddress<Filters>): [Filters, (change: Partial<Filters>) => void] => {
  const [query, setQuery] = useSearchParams()
  const filters = useMemo(() => filtersOf(query), [query, filtersOf])
  const change = useCallback(
    (changed: Partial<Filters>) => {
      const current = currentQuery()
      setQuery(withFilters(current, { ...filtersOf(current), ...changed }), { replace: true })
    },
    [setQuery, filtersOf, withFilters],
  )
  return [filters, change]
}
