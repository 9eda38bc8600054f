import { type Command, InvalidArgumentError, Option } from 'commander'
import * as z from 'zod'
import { validities } from '../../lib/accounts/account.ts'

/** Parses an option for commander before any request is sent. @throws InvalidArgumentError for anything but digits */
export const wholeNumber = (text: string): number => {
  if (!/^\d{1,12}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}

const dayOrTime = z.union([z.iso.date(), z.iso.datetime({ offset: true })])
const unitMs: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000, week: 604_800_000 }

/**
 * Parses a day or a time for the API, which reads a day as the whole day in UTC. Days before today are days as well, and
 * hours and minutes before now are times.
 * @throws InvalidArgumentError that lists what is accepted
 */
export const dayOrTimeOf = (text: string, now = new Date()): string => {
  const before = (ms: number) => new Date(now.getTime() - ms).toISOString()
  if (dayOrTime.safeParse(text).success) return text
  if (text === 'now') return before(0)
  if (text === 'today') return before(0).slice(0, 10)
  if (text === 'yesterday') return before(86_400_000).slice(0, 10)
  const [, count = '', unit = ''] = /^(\d{1,5}) ?(minute|hour|day|week)s? ago$/.exec(text) ?? []
  const ms = unitMs[unit]
  if (ms === undefined)
    throw new InvalidArgumentError(
      'It must be a day such as 2026-03-02, a time such as 2026-03-02T08:00:00Z, today, yesterday, or for example "3 days ago" or "2 hours ago". Days are in UTC.',
    )
  const at = before(Number(count) * ms)
  return unit === 'day' || unit === 'week' ? at.slice(0, 10) : at
}

/** Adds `--from` and `--to`. @param what for example `only runs requested` */
export const addTimeRange = (command: Command, what: string): Command =>
  command
    .option('--from <time>', `${what} from this day or time onwards, for example 2026-03-02 or yesterday`, parsedTime)
    .option('--to <time>', `${what} up to this day or time`, parsedTime)

/** Commander passes the option’s former value as a second argument. */
const parsedTime = (text: string): string => dayOrTimeOf(text)

/** The option for one of the three validities that accounts, queues and system addresses have. */
export const validityOption = (description: string): Option =>
  new Option('--validity <value>', description).choices(validities)
