/** Days such as 2026-03-01, in the reader's zone. */
export interface Period {
  readonly first: string
  readonly last: string
}

const day = 24 * 60 * 60_000
const twoDigits = (value: number): string => String(value).padStart(2, '0')

export const dayOf = (time: Date): string =>
  `${time.getFullYear()}-${twoDigits(time.getMonth() + 1)}-${twoDigits(time.getDate())}`

export const lastWeek = (): Period => ({ first: dayOf(new Date(Date.now() - 7 * day)), last: dayOf(new Date()) })
