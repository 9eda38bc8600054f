import * as z from 'zod'

type Members = Readonly<Record<string, unknown>>

/**
 * Applies a JSON merge patch (RFC 7396). `null` removes a member, objects are merged, and all other values, including
 * lists, replace the member as a whole. Neither argument is changed.
 */
export const mergePatch = (target: unknown, patch: unknown): unknown =>
  isObject(patch) ? mergeMembers(target, patch) : patch

/** The same for a patch that is an object. */
export const mergeMembers = (target: unknown, patch: Members): Members => {
  const merged = new Map(isObject(target) ? Object.entries(target) : [])
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name)
    else merged.set(name, mergePatch(merged.get(name), value))
  }
  // Defines own properties, so that a member called `__proto__` remains a member and is later refused by name.
  return Object.fromEntries(merged)
}

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Describes a merge patch (RFC 7396) for documents that match `schema`. Omitted fields keep their values, also within
 * nested objects, and `null` resets a field to its default. The use case itself parses the patched document.
 */
export const mergePatchSchema = (schema: z.ZodObject): z.ZodObject =>
  z.strictObject(
    Object.fromEntries(
      Object.entries(schema.shape).map(([name, field]) => [
        name,
        z.optional(mayBeLeftOut(field) ? z.nullable(patchOf(field)).meta(docsOf(field)) : patchOf(field)),
      ]),
    ),
  )

const mayBeLeftOut = (field: z.core.$ZodType) => z.safeParse(field, undefined).success

/** Keeps the field's own documentation. A schema's id stays with the original schema. */
const docsOf = (field: z.core.$ZodType) => {
  const { id: _, ...docs } = z.globalRegistry.get(bare(field)) ?? {}
  return docs
}

const patchOf = (field: z.core.$ZodType): z.core.$ZodType => {
  const value = bare(field)
  return value instanceof z.ZodObject ? mergePatchSchema(value).meta(docsOf(value)) : value
}

/** A default in a patch would suggest that omitting the field sets it. */
const bare = (field: z.core.$ZodType) =>
  field instanceof z.ZodDefault || field instanceof z.ZodOptional || field instanceof z.ZodPrefault
    ? field.unwrap()
    : field
