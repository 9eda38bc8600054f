import * as z from 'zod'
import { problemCodes } from '../../../lib/reasons/problem.ts'

/** The problem document (RFC 9457) that callers receive. */
export const problemSchema = z
  .object({
    type: z.string().meta({
      description: 'The code as a URN, as RFC 9457 requires.',
      examples: ['urn:postmaster:problem:invalid-request'],
    }),
    title: z.string().meta({
      description: 'A short summary of the problem. It is the same for every occurrence of a code.',
      examples: ['The request has invalid fields'],
    }),
    status: z.int().meta({ description: 'The HTTP status.', examples: [400] }),
    detail: z
      .string()
      .meta({ description: 'An explanation specific to this request.', examples: ['One field is invalid.'] }),
    instance: z.string().meta({
      description: 'The request’s id, which also appears in the function’s log.',
      examples: ['c2Fg5hJQFiAEJ6Q='],
    }),
    code: z.enum(problemCodes).meta({ description: 'A stable code for programs.', examples: ['invalid-request'] }),
    remedy: z
      .string()
      .meta({ description: 'How to resolve the problem.', examples: ['Correct the fields listed in `errors`.'] }),
    errors: z
      .array(
        z.object({
          path: z.string().meta({
            description: 'A JSON pointer (RFC 6901) into the body, or the name of a parameter or header.',
            examples: ['/port'],
          }),
          message: z.string().meta({
            description: 'What is wrong with the field. It never contains the field’s value.',
            examples: ['must be a whole number'],
          }),
        }),
      )
      .meta({ description: 'All invalid fields. Only present with `invalid-request`.' })
      .optional(),
  })
  .meta({
    id: 'Problem',
    description: 'The reason why a request was refused (RFC 9457). A refused request has not changed anything.',
  })
