import { useSyncExternalStore } from 'react'

/** Cloudscape's width in pixels below which the navigation covers the content. */
const narrow = window.matchMedia('(max-width: 688px)')

const subscribe = (listener: () => void): (() => void) => {
  narrow.addEventListener('change', listener)
  return () => narrow.removeEventListener('change', listener)
}

/** Whether the window is as narrow as a phone. Tables then show only their most important columns. */
export const useIsNarrow = (): boolean => useSyncExternalStore(subscribe, () => narrow.matches)

export const isNarrow = (): boolean => narrow.matches
