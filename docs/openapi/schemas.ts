import * as z from 'zod'
import { type Direction, withoutDefaults } from './defaults.ts'

export type Json = Record<string, unknown>

const objectSchema = z.record(z.string(), z.unknown())
const isObject = (value: unknown): value is Json => objectSchema.safeParse(value).success && !Array.isArray(value)

/** Collects the named schemas (`.meta({ id })`) of the whole document. */
export class Components {
  readonly schemas: Json = {}

  /** @returns the schema as JSON Schema 2020-12, with references to named schemas */
  refer(schema: z.ZodType, direction: Direction): Json {
    // A named schema becomes a reference inside an object, but not at the root.
    const { $defs = {}, properties = {} } = objectSchema.parse(
      z.toJSONSchema(z.object({ root: schema }), { target: 'draft-2020-12', io: 'input', override: simplify }),
    )
    for (const [id, definition] of Object.entries(objectSchema.parse($defs)))
      this.#add(id, withoutDefaults(definition, direction))
    return objectSchema.parse(referring(withoutDefaults(objectSchema.parse(properties).root, direction)))
  }

  #add(id: string, definition: unknown): void {
    const found = referring(definition)
    const known = this.schemas[id]
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(found))
      throw new Error(`Two different schemas have the name ${id}`)
    this.schemas[id] = found
  }
}

interface Written {
  readonly zodSchema: z.core.$ZodType
  readonly jsonSchema: z.core.JSONSchema.BaseSchema
}

/** Removes details from Zod's output that are of no use to readers. */
const simplify = ({ zodSchema, jsonSchema }: Written): void => {
  // Zod drops the examples of transformed values, because they might show the output. Our examples show the input.
  const { examples } = z.globalRegistry.get(zodSchema) ?? {}
  if (Array.isArray(examples)) jsonSchema.examples = examples
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
  // `date-time` is sufficient. The pattern consists of 300 characters about leap years.
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern
  if (isObject(jsonSchema.propertyNames) && Object.keys(jsonSchema.propertyNames).join() === 'type')
    delete jsonSchema.propertyNames
  const discriminator = discriminatorOf(zodSchema)
  if (discriminator) jsonSchema.discriminator = discriminator
}

/**
 * Builds a discriminator (OpenAPI 3.1 section 4.8.25) if all alternatives have names, so that programs can choose by
 * one field without trying each alternative.
 */
const discriminatorOf = (schema: z.core.$ZodType): Json | undefined => {
  if (!(schema instanceof z.ZodDiscriminatedUnion)) return undefined
  const { discriminator, options } = schema.def
  const named = options.map((option) => {
    const { id } = z.globalRegistry.get(option) ?? {}
    const values = option instanceof z.ZodObject ? option.shape[discriminator] : undefined
    return values instanceof z.ZodLiteral && id !== undefined
      ? [String(values.value), `#/components/schemas/${id}`]
      : []
  })
  if (named.some(({ length }) => length === 0)) return undefined
  return { propertyName: discriminator, mapping: Object.fromEntries(named) }
}

const referring = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(referring)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      key === '$ref' && typeof member === 'string'
        ? member.replace(/^#\/\$defs\//, '#/components/schemas/')
        : referring(member),
    ]),
  )
}
