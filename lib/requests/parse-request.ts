import type * as z from 'zod'
import { type FieldProblem, ProblemError } from '../reasons/problem.ts'

/** Determines how an invalid field is named: with a JSON pointer (RFC 6901) into a body, or with a parameter's name. */
export type FieldNaming = 'pointer' | 'parameter'

export type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly fields: FieldProblem[] }

/**
 * Reports every invalid and every unknown field at once. Messages never contain a value, because it may be a password.
 */
export const parseFields = <Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  naming: FieldNaming = 'pointer',
): Parsed<z.output<Schema>> => {
  const result = schema.safeParse(value, { error: wordsOf })
  if (result.success) return { ok: true, value: result.data }
  return { ok: false, fields: result.error.issues.flatMap((issue) => fieldProblemsOf(issue, naming)) }
}

/**
 * @param others problems that the schema cannot find
 * @throws ProblemError `invalid-request` that lists all invalid fields
 */
export const parseRequest = <Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  others: readonly FieldProblem[] = [],
): z.output<Schema> => {
  const parsed = parseFields(schema, value)
  if (!parsed.ok) throw invalidRequest([...parsed.fields, ...others])
  if (others.length > 0) throw invalidRequest(others)
  return parsed.value
}

export const invalidRequest = (fields: readonly FieldProblem[]): ProblemError =>
  new ProblemError(
    'invalid-request',
    fields.length === 1 ? 'One field is invalid.' : `${fields.length} fields are invalid.`,
    fields,
  )

const fieldProblemsOf = (issue: z.core.$ZodIssue, naming: FieldNaming): FieldProblem[] => {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: nameOf([...issue.path, key], naming), message: 'is not a known field' }))
  return [{ path: nameOf(issue.path, naming), message: issue.message }]
}

const nameOf = (path: readonly PropertyKey[], naming: FieldNaming): string =>
  naming === 'parameter' ? path.map(String).join('.') : path.map((part) => `/${escapePointer(String(part))}`).join('')

const escapePointer = (part: string) => part.replaceAll('~', '~0').replaceAll('/', '~1')

const wordsOf = (issue: z.core.$ZodRawIssue): string => {
  if (issue.input === undefined && issue.code !== 'unrecognized_keys') return 'is missing'
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${kinds[issue.expected] ?? issue.expected}`
    case 'too_small':
      return issue.origin === 'string' && issue.minimum === 1
        ? 'must not be empty'
        : `must be at least ${issue.minimum}${unit(issue.origin)}`
    case 'too_big':
      return `must be at most ${issue.maximum}${unit(issue.origin)}`
    case 'invalid_value':
      return `must be ${alternatives(issue.values)}`
    case 'invalid_union':
      return 'discriminator' in issue && Array.isArray(issue.options)
        ? `must be ${alternatives(issue.options)}`
        : 'is not one of the allowed forms'
    default:
      return 'is not allowed'
  }
}

const kinds: Record<string, string> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
}

const unit = (origin: string) => (origin === 'string' ? ' characters long' : '')

const alternatives = (values: readonly unknown[]) => values.map((value) => `\`${String(value)}\``).join(' or ')
