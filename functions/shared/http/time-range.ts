import * as z from 'zod'

/** A day stands for its first millisecond as a beginning and for its last as an end, in UTC. */
const timeOf = (timeOfDay: string, description: string, example: string) =>
  z
    .union([z.iso.datetime({ offset: true }), z.iso.date().transform((day) => `${day}T${timeOfDay}`)], {
      error: 'must be a day such as `2026-03-01` or a time such as `2026-03-01T08:00:00Z`',
    })
    .transform((time) => new Date(time).toISOString())
    .meta({ description, examples: [example] })
    .optional()

/** Query parameters of lists that can be narrowed to a time. `happened`: what has a time, such as `Stored`. */
export const timeRangeQuery = (happened: string) => ({
  from: timeOf('00:00:00.000Z', `${happened} at or after this day or time.`, '2026-03-01'),
  to: timeOf('23:59:59.999Z', `${happened} at or before this day or time.`, '2026-03-02T12:00:00Z'),
})
