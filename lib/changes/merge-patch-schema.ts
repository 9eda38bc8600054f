import * as z from 'zod'

/**
 * Describes a merge patch (RFC 7396) for documents that match `schema`. Omitted fields keep their values, and `null`
 * resets a field to its default. The use case itself parses the patched document.
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

/** Keeps the field's own documentation. A schema's id stays with the original schema. */
const resettable = (field: z.core.$ZodType) => {
  const { id: _, ...docs } = z.globalRegistry.get(field) ?? {}
  return z.nullable(field).meta(docs)
}

const mayBeLeftOut = (field: z.core.$ZodType) => z.safeParse(field, undefined).success

/** A default in a patch would suggest that omitting the field sets it. */
const bare = (field: z.core.$ZodType) =>
  field instanceof z.ZodDefault || field instanceof z.ZodOptional ? field.unwrap() : field
