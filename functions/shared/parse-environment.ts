import * as z from 'zod'
import type { EnvironmentName } from '../environment.ts'

type Shape = Partial<Record<EnvironmentName, z.ZodType>>

/**
 * Reads `process.env` once, at cold start. Nothing else in a function reads it.
 * @throws Error that names every missing or invalid variable but never contains a value
 */
export const parseEnvironment = <S extends Shape>(schema: z.ZodObject<S>, environment = process.env) => {
  const result = schema.safeParse(environment)
  if (result.success) return result.data
  const names = [...new Set(result.error.issues.map((issue) => String(issue.path[0])))]
  const detail = names.map(
    (name) => `${name} ${environment[name] === undefined ? 'is missing' : 'has an invalid value'}`,
  )
  throw new Error(`The function's environment is invalid: ${detail.join(', ')}`)
}

/** A name or address, which must not be empty. */
export const requiredText = z.string().min(1)
