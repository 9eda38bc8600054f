import * as z from 'zod'

/**
 * Documents a merge patch (RFC 7396) for what `schema` reads whole: what is left out stays; `null` returns a field to its
 * default. The use case itself parses the patched whole.
 */
export const mergePatchSchema = (schema: z.ZodObject) =>
  z.strictObject(
    Object.fromEntries(
      Object.entries(schema.shape).map(([name, field]) => [
        name,
        z.optional(mayBeLeftOut(field) ? resettable(bare(field)) : bare(field)),
      ]),
    ),
  )

/** With the words of the field itself; a name stays with the schema it names. */
const resettable = (field: z.core.$ZodType) => {
  const { id: _, ...docs } = z.globalRegistry.get(field) ?? {}
  return z.nullable(field).meta(docs)
}

const mayBeLeftOut = (field: z.core.$ZodType) => z.safeParse(field, undefined).success

/** A default in a patch would read as if leaving the field out set it. */
const bare = (field: z.core.$ZodType) =>
  field instanceof z.ZodDefault || field instanceof z.ZodOptional ? field.unwrap() : field
