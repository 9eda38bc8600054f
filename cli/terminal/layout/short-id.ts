/**
 * In characters. The first ten characters of a ULID are its time in milliseconds, so four random ones follow. Messages
 * have a hash as their id.
 */
const shortest = { ulid: 14, hash: 12 }
/** Destinations are few and are not created at the same time. */
const shortestOwner = 10

/** Runs of the schedule have 26 hexadecimal digits. Built-in objects have words as their ids, which stay whole. */
const generated = /^([0-9A-Z]{26}|[0-9a-f]{26}|[0-9a-f]{64})$/

/**
 * Shortens the ids of one list, but each remains unique in the list. An id with a dot, which belongs to a delivery,
 * begins with its destination's id and ends with its message's id. The message's id is enough if it is unique. Commands
 * accept what this returns instead of the id.
 */
export const shortIds = (ids: readonly string[]): string[] => {
  const owners = ids.map((id) => id.slice(0, Math.max(0, id.lastIndexOf('.'))))
  const own = ids.map((id) => id.slice(id.lastIndexOf('.') + 1))
  const short = beginnings(
    own.filter((id) => generated.test(id)),
    (id) => (id.length === 26 ? shortest.ulid : shortest.hash),
  )
  const shortOwn = own.map((id) => short.get(id) ?? id)
  if (new Set(own).size === new Set(ids).size) return shortOwn
  const shortOwners = beginnings(owners, () => shortestOwner)
  return shortOwn.map((id, index) => [shortOwners.get(owners[index] ?? ''), id].filter(Boolean).join('.'))
}

/** @returns the texts, cut to one length at which each is still unique */
const beginnings = (texts: readonly string[], shortestOf: (text: string) => number): ReadonlyMap<string, string> => {
  const sorted = [...new Set(texts)].sort()
  const lengths = sorted.map((text, index) => Math.max(shortestOf(text), shared(text, sorted[index - 1] ?? '') + 1))
  const length = Math.max(0, ...lengths)
  return new Map(sorted.map((text) => [text, text.slice(0, length)]))
}

const shared = (one: string, other: string): number => {
  let length = 0
  while (length < one.length && one[length] === other[length]) length += 1
  return length
}
