import { isoTimeOf } from '../../text/printable.ts'
import { decodedText } from './encoded-words.ts'
import { headerBlockOf, headerFieldsOf } from './header-fields.ts'

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/**
 * Matches RFC 5322 section 3.3 and the obsolete forms of section 4.3. Text after the zone, usually a comment, is
 * ignored.
 */
const dateTime =
  /^(?:[a-z]{3,9},?\s{0,9})?(\d{1,2})[\s-]{1,9}([a-z]{3})[a-z]{0,6}[\s-]{1,9}(\d{2,4})\s{1,9}(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s{0,9}([+-]\d{4}|[a-z]{1,5}))?/i

/** Offsets in hours. Other letters mean an unknown zone and are read as UTC (RFC 5322 section 4.3). */
const namedZones: Readonly<Record<string, number>> = {
  EST: -5,
  EDT: -4,
  CST: -6,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
}

/**
 * Parses the Date header. `new Date(text)` would find a date in almost any text.
 * @returns ISO 8601 in UTC, or undefined if the text is not a date
 */
export const headerDateOf = (text: string): string | undefined => {
  const match = dateTime.exec(text.trim())
  if (!match) return undefined
  const [, day, monthName = '', year, hour, minute, second = '0', zone = 'UT'] = match
  const month = months.indexOf(monthName.toLowerCase())
  if (month === -1 || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined
  // `Date.UTC` maps the years 0 to 99 to 1900 to 1999.
  const local = new Date(0)
  local.setUTCFullYear(fullYear(String(year)), month, Number(day))
  if (local.getUTCDate() !== Number(day)) return undefined
  local.setUTCHours(Number(hour), Number(minute), Number(second))
  return isoTimeOf(local.getTime() - minutesOf(zone) * 60_000)
}

/** RFC 5322 section 4.3. */
const fullYear = (year: string): number => {
  const value = Number(year)
  if (year.length === 2) return value < 50 ? 2000 + value : 1900 + value
  return year.length === 3 ? 1900 + value : value
}

const minutesOf = (zone: string): number => {
  if (!/^[+-]/.test(zone)) return (namedZones[zone.toUpperCase()] ?? 0) * 60
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3))
  return zone.startsWith('-') ? -minutes : minutes
}

/**
 * Determines from the header when a message arrived in its mailbox. Never throws.
 * @returns the date of the topmost Received field, which the last server added (RFC 5321 section 4.4), or otherwise of
 * the sender's Date field, in ISO 8601 UTC; undefined if neither contains a date
 */
export const arrivalDateOf = (header: Buffer): string | undefined => {
  const fields = headerFieldsOf(headerBlockOf(header), '').filter(({ disguised }) => !disguised)
  const first = (name: string): string => fields.find((field) => field.name === name)?.value ?? ''
  const received = first('received')
  return headerDateOf(received.slice(received.lastIndexOf(';') + 1)) ?? headerDateOf(decodedText(first('date')))
}
