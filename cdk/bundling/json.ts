// The synthesis runs write-notices.ts once per function. Zod is not used because loading it would double the time of
// each run.

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** @returns the string under this key, or undefined if there is none. */
export const textAt = (value: unknown, key: string): string | undefined => {
  const text = isObject(value) ? value[key] : undefined
  return typeof text === 'string' ? text : undefined
}
