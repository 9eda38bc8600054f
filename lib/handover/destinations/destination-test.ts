import * as z from 'zod'

/** The answer of the routes that test a destination, which the command line shows. */
export const destinationTestSchema = z
  .object({
    passed: z.boolean().meta({ description: 'Whether the receiver accepted the sample.', examples: [true] }),
    code: z.string().meta({ description: 'A stable code for programs.', examples: ['accepted'] }),
    detail: z.string().meta({ description: 'What happened.', examples: ['The receiver answered with status 204.'] }),
    remedy: z
      .string()
      .meta({ description: 'What to do next.', examples: ['No action is required.'] })
      .optional(),
    transcript: z.array(z.string()).meta({
      description: 'What was sent and received, line by line, without secrets.',
      examples: [['Connected to 192.0.2.7 with TLS 1.3.', 'POST /hooks/postmaster', 'Answer: 204']],
    }),
  })
  .meta({ id: 'DestinationTest', description: 'The result of a test of a destination.' })
export type DestinationTest = z.infer<typeof destinationTestSchema>
