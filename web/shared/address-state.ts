import { useCallback } from 'react'
import { useSearchParams } from 'wouter'

/**
 * State that is kept in the query of the address, so that a reload, a bookmark and the Back button restore it.
 * An empty value is removed from the address.
 */
export const useAddressState = (name: string): [string, (value: string) => void] => {
  const [params, setParams] = useSearchParams()
  const set = useCallback(
    (value: string) =>
      setParams(
        (current) => {
          const changed = new URLSearchParams(current)
          if (value === '') changed.delete(name)
          else changed.set(name, value)
          return changed
        },
        { replace: true },
      ),
    [name, setParams],
  )
  return [params.get(name) ?? '', set]
}
