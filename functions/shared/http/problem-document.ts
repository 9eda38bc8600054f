import * as z from 'zod'
import { type ProblemCode, ProblemError, problemCatalogue, problemCodes } from '../../../lib/reasons/problem.ts'
import { type Log, safeFieldsOf } from '../logger.ts'

/** A problem document (RFC 9457). */
export interface ProblemResponse {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * Converts any error to a problem document. For an unexpected error, it logs where the error was thrown, and the
 * response contains nothing from the error.
 */
export const problemResponse = (error: unknown, requestId: string, log: Log): ProblemResponse => {
  if (error instanceof ProblemError) {
    log.info('request refused', { code: error.code, requestId })
    return documentOf(error.code, error.message, requestId, error.fields)
  }
  log.error('request failed', { ...safeFieldsOf(error), requestId })
  return documentOf('internal-error', 'The request could not be completed.', requestId, [])
}

const documentOf = (
  code: ProblemCode,
  detail: string,
  instance: string,
  errors: ProblemError['fields'],
): ProblemResponse => {
  const { status, title, remedy } = problemCatalogue[code]
  const document = { type: `urn:postmaster:problem:${code}`, title, status, detail, instance, code, remedy }
  return {
    statusCode: status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
    body: JSON.stringify({ ...document, ...(errors.length > 0 && { errors }) }),
  }
}

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
