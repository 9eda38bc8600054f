import * as z from 'zod'
import type { EnvironmentName } from '../environment.ts'

type Shape = Partial<Record<EnvironmentName, z.ZodType>>

/**
 * Reads `process.env` once, at cold start: the only place of a function that does.
 * @throws Error naming every variable that is missing or wrong, never a value
 */
export const parseEnvironment = <S extends Shape>(schema: z.ZodObject<S>, environment = process.env) => {
  const result = schema.safeParse(environment)
  if (result.success) return result.data
  const names = [...new Set(result.error.issues.map((issue) => String(issue.path[0])))]
  const words = names.map((name) => `${name} ${environment[name] === undefined ? 'is missing' : 'has a wrong value'}`)
  throw new Error(`The function's environment is incomplete: ${words.join(', ')}`)
}

/** A name or address that must not be empty. */
export const requiredText = z.string().min(1)
