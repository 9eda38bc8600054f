import * as z from 'zod'

/**
 * Makes a schema of lib accept the responses of later versions of the API: unknown fields stay, so that `--json` prints
 * them, and any text is accepted instead of the known values and formats. The result keeps the type of the schema,
 * because commands only print such values or compare them with the ones they know. Do not use it for a value that is
 * written back.
 */
export const tolerant = <Schema extends z.ZodType>(schema: Schema): z.ZodType<z.output<Schema>> =>
  relaxed(schema) as z.ZodType<z.output<Schema>>

const relaxed = (schema: unknown): z.ZodType => {
  if (schema instanceof z.ZodObject)
    return z.looseObject(
      Object.fromEntries(Object.entries(schema.shape).map(([name, field]) => [name, relaxed(field)])),
    )
  if (schema instanceof z.ZodArray) return z.array(relaxed(schema.element))
  if (schema instanceof z.ZodRecord) return z.record(z.string(), relaxed(schema.valueType))
  if (schema instanceof z.ZodOptional) return relaxed(schema.unwrap()).optional()
  if (schema instanceof z.ZodDefault) return relaxed(schema.unwrap()).default(schema.def.defaultValue)
  if (schema instanceof z.ZodDiscriminatedUnion) return relaxedVariants(schema)
  if (schema instanceof z.ZodUnion) return z.union(schema.options.map(relaxed))
  if (schema instanceof z.ZodEnum || schema instanceof z.ZodString || schema instanceof z.ZodStringFormat)
    return z.string()
  if (schema instanceof z.ZodNumber) return z.number()
  if (schema instanceof z.ZodType) return schema
  throw new Error('Not a schema')
}

/** A known variant must have its fields. An unknown variant may have any. */
const relaxedVariants = ({ options, def: { discriminator } }: z.ZodDiscriminatedUnion): z.ZodType => {
  const variants = options.filter((option) => option instanceof z.ZodObject)
  const isKnown = (value: unknown) =>
    variants.some(
      (variant) =>
        z.looseObject({ [discriminator]: variant.shape[discriminator] }).safeParse({ [discriminator]: value }).success,
    )
  const newer = z.looseObject({ [discriminator]: z.string().refine((value) => !isKnown(value)) })
  return z.union([...variants.map(relaxed), newer])
}
