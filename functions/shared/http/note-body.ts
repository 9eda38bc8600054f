import * as z from 'zod'

/** The body of routes with which a person marks something as handled. */
export const noteBody = z
  .strictObject({
    note: z
      .string()
      .trim()
      .min(1)
      .max(250)
      .meta({
        description: 'Why nothing remains to be done. The record then contains it.',
        examples: ['Answered by phone.'],
      })
      .optional(),
  })
  .meta({ description: 'The body can be omitted.' })
  .optional()
