import * as z from 'zod'
import { problemCodes } from '../../../lib/problems/problem.ts'

/** The problem document (RFC 9457) as callers read it. */
export const problemSchema = z
  .object({
    type: z.string().meta({
      description: 'The code as a URN, as RFC 9457 wants it.',
      examples: ['urn:postmaster:problem:invalid-request'],
    }),
    title: z.string().meta({
      description: 'What went wrong, the same words for each code.',
      examples: ['The request has wrong fields'],
    }),
    status: z.int().meta({ description: 'The HTTP status.', examples: [400] }),
    detail: z.string().meta({ description: 'A sentence about this very request.', examples: ['One field is wrong.'] }),
    instance: z
      .string()
      .meta({ description: 'The request’s id, which the function’s log knows too.', examples: ['c2Fg5hJQFiAEJ6Q='] }),
    code: z.enum(problemCodes).meta({ description: 'Stable: programs decide by it.', examples: ['invalid-request'] }),
    remedy: z
      .string()
      .meta({ description: 'What to do about it.', examples: ['Correct the fields named in `errors`.'] }),
    errors: z
      .array(
        z.object({
          path: z.string().meta({
            description: 'A JSON pointer (RFC 6901) into the body, or the name of a parameter or header.',
            examples: ['/port'],
          }),
          message: z
            .string()
            .meta({ description: 'What is wrong with it; never its value.', examples: ['must be a whole number'] }),
        }),
      )
      .meta({ description: 'Every wrong field at once; only with `invalid-request`.' })
      .optional(),
  })
  .meta({
    id: 'Problem',
    description: 'Why a request was refused (RFC 9457). Whatever is refused has changed nothing.',
  })
