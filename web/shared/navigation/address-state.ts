import { useCallback, useEffect, useRef, useState } from 'react'
import { useSearchParams } from 'wouter'
import { currentQuery, queryWith } from './address-query.ts'

/**
 * State that is kept in the query of the address, so that a reload, a bookmark and the Back button restore it.
 * An empty value is removed from the address.
 */
export const useAddressState = (name: string): [string, (value: string) => void] => {
  const [params, setParams] = useSearchParams()
  const set = useCallback(
    (value: string) => {
      setParams(queryWith(currentQuery(), { [name]: value }), { replace: true })
    },
    [name, setParams],
  )
  return [params.get(name) ?? '', set]
}

/** Milliseconds after the last keystroke. Browsers limit how often a page may change its address: Safari to 100 times in 10 seconds. */
const writeDelay = 300

/** Text that changes with every keystroke and follows into the address when the person pauses. */
export const useAddressText = (name: string): [string, (value: string) => void] => {
  const [stored, store] = useAddressState(name)
  const [text, setText] = useState(stored)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => {
    // The address changed on its own, for example with the Back button, and no newer text waits for its turn.
    if (timer.current === undefined) setText(stored)
  }, [stored])
  useEffect(() => () => clearTimeout(timer.current), [])
  const set = (value: string): void => {
    setText(value)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      timer.current = undefined
      store(value)
    }, writeDelay)
  }
  return [text, set]
}
