/**
 * ISO 8601 in UTC. Outside the years 0000 to 9999 JavaScript writes six digits and a sign, which neither RFC 3339 nor a
 * comparison of texts allows.
 *
 * @returns undefined outside those years, and for a date that is none
 */
export const isoTimeOf = (time: Date | number): string | undefined => {
  const date = new Date(time)
  const year = date.getUTCFullYear()
  return year >= 0 && year <= 9999 ? date.toISOString() : undefined
}
