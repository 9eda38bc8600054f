/** @returns the day of a time in the reader's zone, such as `2026-03-02`, as a date field takes it */
export const dayOf = (iso: string): string => {
  if (iso === '') return ''
  const time = new Date(iso)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`
}

/** @returns the time at which the day begins in the reader's zone, in ISO 8601 and UTC; an empty text for no day */
export const startOf = (day: string): string => {
  const [year, month, date] = day.split('-').map(Number)
  const start = new Date(year ?? Number.NaN, (month ?? 0) - 1, date)
  return Number.isNaN(start.getTime()) ? '' : start.toISOString()
}
