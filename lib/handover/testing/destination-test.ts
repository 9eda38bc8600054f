import * as z from 'zod'

/** The answer of the routes that test a destination, which the command line shows. */
export const destinationTestSchema = z
  .object({
    passed: z.boolean().meta({
      description: 'Whether the receiver accepted the sample, or whether an agent has asked for mail recently.',
      examples: [true],
    }),
    code: z.string().meta({ description: 'A stable code, as in the attempts of deliveries.', examples: ['delivered'] }),
    detail: z
      .string()
      .meta({ description: 'The result as a sentence.', examples: ['The receiver responded with status 204.'] }),
    remedy: z
      .string()
      .meta({
        description: 'What to do next. Omitted if the test passed.',
        examples: ['Check whether the receiver is running.'],
      })
      .optional(),
    transcript: z.array(z.string()).meta({
      description: 'What was sent and received, step by step, without secrets.',
      examples: [['The connection to 192.0.2.7 is open.', 'The receiver responded with status 204.']],
    }),
  })
  .meta({ id: 'DestinationTest', description: 'The result of a test of a destination.' })
export type DestinationTest = z.infer<typeof destinationTestSchema>
