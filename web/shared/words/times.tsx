import { useSyncExternalStore } from 'react'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto', style: 'short' })
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' })
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const date = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' })

/** @returns the time in full, in the reader's zone */
export const exactTime = (iso: string): string => exact.format(new Date(iso))
export const clockTime = (iso: string): string => clock.format(new Date(iso))
export const dateOnly = (iso: string): string => date.format(new Date(iso))

/** @returns text such as "3 min. ago" or "in 2 days" */
export const relativeTime = (iso: string, now = Date.now()): string => {
  const distance = Date.parse(iso) - now
  const size = Math.abs(distance)
  if (size < minute) return distance <= 0 ? 'just now' : 'in less than a minute'
  if (size < hour) return relative.format(Math.trunc(distance / minute), 'minute')
  if (size < 2 * day) return relative.format(Math.trunc(distance / hour), 'hour')
  return relative.format(Math.trunc(distance / day), 'day')
}

/** @returns text such as "0.8 s" or "4 min 10 s" @param milliseconds the length of time */
export const duration = (milliseconds: number): string => {
  if (milliseconds < 10 * second) return `${(milliseconds / second).toFixed(1)} s`
  if (milliseconds < minute) return `${Math.round(milliseconds / second)} s`
  const minutes = Math.floor(milliseconds / minute)
  if (minutes >= 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
  return `${minutes} min ${Math.round((milliseconds % minute) / second)} s`
}

/** One timer for all times on the screen. */
const listeners = new Set<() => void>()
let now = Date.now()
setInterval(() => {
  now = Date.now()
  for (const listener of listeners) listener()
}, 15 * second)
const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The current time in milliseconds, renewed every 15 seconds. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => now)

/** A time relative to now. The exact time appears when the pointer rests on it. */
export const When = ({ at }: { at: string | undefined }) => {
  const current = useNow()
  if (at === undefined) return <>–</>
  return (
    <time dateTime={at} title={exactTime(at)}>
      {relativeTime(at, Math.max(current, Date.now()))}
    </time>
  )
}
