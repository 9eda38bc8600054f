import * as z from 'zod'
import type { Json } from './schemas.ts'

/** A request may omit a field with a default. A response always contains it. */
export type Direction = 'request' | 'response'

const schemasSchema = z.record(z.string(), z.unknown())
const fieldsSchema = z.object({ properties: schemasSchema, required: z.array(z.string()).default([]) })
const alternatives = ['anyOf', 'oneOf', 'allOf', 'prefixItems'] as const
const singles = ['items', 'additionalProperties', 'not'] as const

/**
 * Replaces the keyword `default` of fields, for which openapi-typescript generates required fields, and other generators
 * clients that send the default of an older version. A request's field names its default in its description.
 */
export const withoutDefaults = (schema: unknown, direction: Direction): Json => {
  const result: Json = { ...schemasSchema.parse(schema) }
  const inner = (part: unknown): unknown =>
    typeof part === 'object' && part !== null ? withoutDefaults(part, direction) : part
  for (const key of alternatives) if (Array.isArray(result[key])) result[key] = result[key].map(inner)
  for (const key of singles) if (result[key] !== undefined) result[key] = inner(result[key])
  const { data } = fieldsSchema.safeParse(result)
  if (data === undefined) return result
  const fields = Object.entries(data.properties).map(
    ([name, field]) => [name, schemasSchema.parse(inner(field))] as const,
  )
  const always = direction === 'response' ? fields.filter(([, field]) => 'default' in field).map(([name]) => name) : []
  const required = [...data.required, ...always]
  return {
    ...result,
    properties: Object.fromEntries(fields.map(([name, field]) => [name, withoutDefault(field, direction)])),
    ...(required.length > 0 && { required }),
  }
}

const withoutDefault = ({ default: preset, ...field }: Json, direction: Direction): Json => {
  if (preset === undefined || direction === 'response') return field
  const description = String(field.description ?? '')
  const told = /default|empty/i.test(description) ? description : `${description} ${sentenceOf(preset)}`.trim()
  return { examples: [preset], ...field, description: told }
}

const sentenceOf = (preset: unknown): string => {
  const text = typeof preset === 'string' ? preset : JSON.stringify(preset)
  return ['', '{}', '[]'].includes(text) ? 'Empty by default.' : `Defaults to \`${text}\`.`
}
