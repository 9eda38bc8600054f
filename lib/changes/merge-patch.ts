type Members = Readonly<Record<string, unknown>>

/**
 * Applies a JSON merge patch (RFC 7396). `null` removes a member, objects are merged, and all other values, including
 * lists, replace the member as a whole. Neither argument is changed.
 */
export const mergePatch = (target: unknown, patch: unknown): unknown => {
  if (!isObject(patch)) return patch
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
