import { LocalError } from '../common/errors.ts'

const minute = 60_000
const units: Readonly<Record<string, number>> = { minute, hour: 60 * minute, day: 24 * 60 * minute }
const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
/** EventBridge counts the days of the week from 1 = Sunday. */
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']
/** The number of days to search. A cron expression without a match within this time never fires. */
const searchDays = 366 * 5

/**
 * Returns the first time after `after` (milliseconds since 1970, UTC) at which a rule fires, or undefined if it never
 * does.
 */
export type NextTime = (after: number) => number | undefined

/**
 * Parses EventBridge's `rate(…)` and `cron(…)`. A rate's ticks are multiples of its period, so that a restart does not
 * move them. The cron characters `L`, `W` and `#` are not supported and cause an error.
 */
export function scheduleExpression(expression: string, where: string): NextTime {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression)
  const period = Number(rate?.[1]) * (units[rate?.[2] ?? ''] ?? Number.NaN)
  if (period > 0) return (after) => (Math.floor(after / period) + 1) * period
  const fields = /^cron\((.+)\)$/.exec(expression)?.[1]?.trim().split(/\s+/)
  if (fields?.length === 6) return cron(fields, where)
  throw new LocalError(
    'assembly',
    `${where} has the schedule ${expression}, which is not a rate(…) or cron(…) that the local run supports.`,
  )
}

function cron(fields: readonly string[], where: string): NextTime {
  const [minutes, hours, days, monthsOfYear, daysOfWeek, years] = [
    field(fields[0], 0, 59, [], where),
    field(fields[1], 0, 23, [], where),
    field(fields[2], 1, 31, [], where),
    field(fields[3], 1, 12, months, where),
    field(fields[4], 1, 7, weekdays, where),
    field(fields[5], 1970, 2199, [], where),
  ]
  const isDay = (date: Date): boolean =>
    days.has(date.getUTCDate()) &&
    monthsOfYear.has(date.getUTCMonth() + 1) &&
    daysOfWeek.has(date.getUTCDay() + 1) &&
    years.has(date.getUTCFullYear())
  const times = [...hours]
    .flatMap((hour) => [...minutes].map((one) => (hour * 60 + one) * minute))
    .sort((a, b) => a - b)
  const dayLength = 24 * 60 * minute
  return (after) => {
    const today = Math.floor(after / dayLength) * dayLength
    for (let day = today; day < today + searchDays * dayLength; day += dayLength) {
      if (!isDay(new Date(day))) continue
      const found = times.find((time) => day + time > after)
      if (found !== undefined) return day + found
    }
    return undefined
  }
}

/** `*`, `?`, `5`, `MON`, `1-5`, `1,3`, `0/10`, `1-30/5`. */
function field(
  text: string | undefined,
  from: number,
  to: number,
  names: readonly string[],
  where: string,
): Set<number> {
  const allowed = new Set<number>()
  const refuse = (): LocalError =>
    new LocalError('assembly', `${where} has '${text}' in its cron expression, which the local run does not support.`)
  const number = (part: string): number => {
    const named = names.indexOf(part.toUpperCase())
    const value = named >= 0 ? named + from : /^\d+$/.test(part) ? Number(part) : Number.NaN
    if (!(value >= from && value <= to)) throw refuse()
    return value
  }
  for (const item of (text ?? '').split(',')) {
    const [range = '', step, ...more] = item.split('/')
    const [first = '', last, ...rest] = range.split('-')
    if (more.length > 0 || rest.length > 0) throw refuse()
    const every = step === undefined ? 1 : Number(step)
    if (!Number.isInteger(every) || every < 1) throw refuse()
    const all = range === '*' || range === '?'
    const start = all ? from : number(first)
    const end = all || (last === undefined && step !== undefined) ? to : last === undefined ? start : number(last)
    for (let value = start; value <= end; value += every) allowed.add(value)
  }
  return allowed
}
