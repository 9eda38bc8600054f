import { isoTimeOf } from '../../text/printable.ts'
import { withoutComments } from './comments.ts'
import { offsetOf } from './time-zone.ts'

/**
 * Parses the Date header in all forms that programs write: RFC 5322 with the obsolete forms of section 4.3, RFC 850,
 * RFC 3339, and the forms of asctime, `date` and JavaScript. Comments may appear anywhere, and a wrong weekday does not
 * matter. `new Date(text)` would find a date in almost any text.
 *
 * A mail date without a zone is read as UTC, as RFC 9110 section 5.6.7 requires for asctime. ISO 8601 defines a time
 * without a zone as a local time, so its instant is unknown.
 * @returns ISO 8601 in UTC, or undefined if any element of the date is not understood
 */
export const headerDateOf = (text: string): string | undefined => {
  const tidy = withoutComments(text)
    .replace(/[\s,]+/g, ' ')
    .replace(/ ?: ?/g, ':')
    .trim()
  const clock = clockForm.exec(tidy)
  if (!clock) return undefined
  const milliseconds = millisecondsOf(clock)
  const before = tidy.slice(0, clock.index).trim()
  const day = dayOf(before, tidy.slice(clock.index + clock[0].length).trim())
  if (milliseconds === undefined || !day) return undefined
  const offset = day.zone === '' && !day.zoneRequired ? 0 : offsetOf(day.zone)
  const midnight = midnightOf(day)
  if (offset === undefined || midnight === undefined) return undefined
  return isoTimeOf(midnight + milliseconds - offset * 60_000)
}

const clockForm = /(?<!\d)(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(?!\d)(?: ?([ap])m\b)?/i

/** Second 60 is a leap second. */
const millisecondsOf = ([, hour, minute, second = '0', fraction = '0', half]: RegExpExecArray): number | undefined => {
  const hours = half === undefined ? Number(hour) : hourOf(Number(hour), half)
  if (hours === undefined || hours > 23 || Number(minute) > 59 || Number(second) > 60) return undefined
  return ((hours * 60 + Number(minute)) * 60 + Number(second)) * 1_000 + Math.floor(Number(`0.${fraction}`) * 1_000)
}

/** On a 12-hour clock, 12 AM is midnight and 12 PM is noon. */
const hourOf = (hour: number, half: string): number | undefined => {
  if (hour < 1 || hour > 12) return undefined
  return (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0)
}

interface Day {
  readonly year: number
  /** From 0 to 11. */
  readonly month: number
  readonly day: number
  readonly zone: string
  readonly zoneRequired: boolean
}

const isoDay = /^(?:\p{L}{2,12}\.? )?(\d{4})-(\d{2})-(\d{2})T?$/iu
const dayFirst = /^(?:\p{L}{2,12}\.? ?)?(\d{1,2})(?:\.? |-)([a-z]{3,9})(?:\.? |-)(\d{2,4})$/iu
const monthFirst = /^(?:\p{L}{2,12}\.? )?([a-z]{3,9})\.? (\d{1,2})(?: (\d{4}))?$/iu
/** asctime writes the year after the time, and programs put the zone before or after the year. */
const yearLast = /^(?:([^ ]{1,9}) )?(\d{4})(?: (.*))?$/

/** A numeric month is read only in ISO 8601, because the order of day and month is unknown in other forms. */
const dayOf = (before: string, after: string): Day | undefined => {
  const iso = isoDay.exec(before)
  if (iso) return dayIn(iso[1], Number(iso[2]) - 1, iso[3], after, true)
  const ordinary = dayFirst.exec(before)
  if (ordinary) return dayIn(ordinary[3], monthOf(ordinary[2]), ordinary[1], after)
  const american = monthFirst.exec(before)
  if (american?.[3] !== undefined) return dayIn(american[3], monthOf(american[1]), american[2], after)
  const ending = american && yearLast.exec(after)
  if (!ending) return undefined
  const [, zoneBefore = '', year, zoneAfter = ''] = ending
  return dayIn(year, monthOf(american[1]), american[2], `${zoneBefore} ${zoneAfter}`.trim())
}

const dayIn = (year = '', month: number, day = '', zone: string, zoneRequired = false): Day => ({
  year: fullYear(year),
  month,
  day: Number(day),
  zone,
  zoneRequired,
})

/** RFC 5322 section 4.3. */
const fullYear = (year: string): number => {
  const value = Number(year)
  if (year.length === 2) return value < 50 ? 2000 + value : 1900 + value
  return year.length === 3 ? 1900 + value : value
}

const months = [
  ...['january', 'february', 'march', 'april', 'may', 'june'],
  ...['july', 'august', 'september', 'october', 'november', 'december'],
]

/** @returns -1 for a word that is neither the name of a month nor its first three letters */
const monthOf = (word = ''): number => {
  const lower = word.toLowerCase().replace(/^sept$/, 'sep')
  return months.findIndex((month) => lower === month || lower === month.slice(0, 3))
}

/** @returns undefined for a day that does not exist, for example 31 February */
const midnightOf = ({ year, month, day }: Day): number | undefined => {
  // `Date.UTC` maps the years 0 to 99 to 1900 to 1999.
  const date = new Date(0)
  date.setUTCFullYear(year, month, day)
  return date.getUTCMonth() === month && date.getUTCDate() === day ? date.getTime() : undefined
}
