/**
 * Offsets in hours. The American names are from RFC 5322 section 4.3. The others are in common use and have one
 * meaning. BST and IST, for example, are not in the list, because each names several zones.
 */
const namedZones: ReadonlyMap<string, number> = new Map(
  Object.entries({
    ...{ UT: 0, UTC: 0, GMT: 0, Z: 0 },
    ...{ EST: -5, EDT: -4, CST: -6, CDT: -5, MST: -7, MDT: -6, PST: -8, PDT: -7 },
    ...{ WET: 0, WEST: 1, CET: 1, CEST: 2, MET: 1, MEST: 2, MEZ: 1, MESZ: 2, EET: 2, EEST: 3, MSK: 3 },
    ...{ JST: 9, KST: 9, AEST: 10, AEDT: 11, NZST: 12, NZDT: 13 },
  }),
)

/** Names that many programs write before an offset, as in `GMT+0100`. */
const universal: ReadonlySet<string> = new Set(['UT', 'UTC', 'GMT'])

/** A name, an offset, or both. Text without digits after an offset, such as the name of its zone, is ignored. */
const zoneForm = /^([a-z]{1,5})?(?:^| ?)(?:([+-])(\d{1,2})(?::?(\d{2}))?(?: ?[^\d+:-][^\d]*)?)?$/i

/** In minutes. The easternmost zone is UTC+14, and the westernmost is UTC-12. */
const largestOffset = 14 * 60

/**
 * Reads a time zone, such as `+0100`, `+01:00`, `GMT+0100`, `UTC+1`, `CET` or `CET +0100`.
 * @param text contains only single spaces, and none at its ends
 * @returns the offset from UTC in minutes, or undefined if it is not known for certain
 */
export const offsetOf = (text: string): number | undefined => {
  const match = zoneForm.exec(text)
  if (!match || text === '') return undefined
  const [, written, sign, hours, minutes = '00'] = match
  const name = written?.toUpperCase()
  const named = name === undefined ? undefined : namedOffsetOf(name)
  if (sign === undefined) return named
  const size = Number(hours) * 60 + Number(minutes)
  if (size > largestOffset || Number(minutes) > 59) return undefined
  const offset = sign === '-' ? -size : size
  return name === undefined || universal.has(name) || named === offset ? offset : undefined
}

/**
 * RFC 5322 section 4.3 reads military zones, which are all letters except J, as UTC, because many programs write them
 * incorrectly.
 */
const namedOffsetOf = (name: string): number | undefined => {
  const hours = namedZones.get(name)
  if (hours !== undefined) return hours * 60
  return /^[A-IK-Y]$/.test(name) ? 0 : undefined
}
