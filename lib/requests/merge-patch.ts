type Members = Readonly<Record<string, unknown>>

/**
 * JSON merge patch (RFC 7396): a member replaces, `null` removes, objects merge, everything else (lists too) replaces whole.
 * Neither argument is changed.
 */
export const mergePatch = (target: unknown, patch: unknown): unknown => {
  if (!isObject(patch)) return patch
  const merged = new Map(isObject(target) ? Object.entries(target) : [])
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name)
    else merged.set(name, mergePatch(merged.get(name), value))
  }
  // Defines own properties, so a member called `__proto__` stays a member and is refused by name later.
  return Object.fromEntries(merged)
}

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
