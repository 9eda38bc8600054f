import type { Json } from './schemas.ts'

/**
 * Builds a complete example from the examples of the fields. It uses the first of several alternatives and one item for
 * a list.
 */
export const exampleOf = (schema: unknown, components: Json): unknown => {
  const {
    $ref,
    examples,
    default: preset,
    const: only,
    enum: detail,
    allOf,
    oneOf,
    anyOf,
    type,
    ...rest
  } = asJson(schema)
  if (Array.isArray(examples)) return examples[0]
  if (typeof $ref === 'string') return exampleOf(components[$ref.split('/').at(-1) ?? ''], components)
  if (only !== undefined) return only
  if (preset !== undefined) return preset
  if (Array.isArray(detail)) return detail[0]
  const alternatives = [oneOf, anyOf].find(Array.isArray)
  if (alternatives) return exampleOf(alternatives[0], components)
  if (Array.isArray(allOf)) return Object.assign({}, ...allOf.map((part) => exampleOf(part, components)))
  if (type === 'array') return [exampleOf(rest.items, components)]
  if (type === 'object')
    return Object.fromEntries(
      Object.entries(asJson(rest.properties)).map(([name, field]) => [name, exampleOf(field, components)]),
    )
  return undefined
}

const asJson = (value: unknown): Json => (typeof value === 'object' && value !== null ? { ...value } : {})
