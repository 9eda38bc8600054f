import * as z from 'zod'
import { isoTimeOf } from '../../../lib/text/iso-time.ts'

/** A day means its first millisecond as a start and its last millisecond as an end, in UTC. */
const timeOf = (timeOfDay: string, description: string, example: string) =>
  z
    .union([z.iso.datetime({ offset: true }), z.iso.date().transform((day) => `${day}T${timeOfDay}`)], {
      error: 'must be a day, for example `2026-03-01`, or a time, for example `2026-03-01T08:00:00Z`',
    })
    .transform((time) => isoTimeOf(new Date(time)))
    .pipe(z.string({ error: 'must be within the years 0000 to 9999 in UTC' }))
    .meta({ description, examples: [example] })
    .optional()

/**
 * Query parameters of lists that can be restricted to a time range.
 * @param happened what the time refers to, for example `Stored`
 */
export const timeRangeQuery = (happened: string) => ({
  from: timeOf('00:00:00.000Z', `${happened} at or after this day or time.`, '2026-03-01'),
  to: timeOf('23:59:59.999Z', `${happened} at or before this day or time.`, '2026-03-02T12:00:00Z'),
})
