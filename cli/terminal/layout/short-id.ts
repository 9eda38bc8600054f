/**
 * In characters. The first ten characters of a ULID are its time in milliseconds, so four random ones follow. Messages
 * have a hash as their id.
 */
const shortest = { ulid: 14, hash: 12 }

const shortestOf = (id: string): number => (id.length === 26 ? shortest.ulid : shortest.hash)

/**
 * @returns the length to which ids of one list are shortened, so that each remains unique in the list. Commands accept
 *   such a beginning instead of the id.
 */
export const shortLength = (ids: readonly string[]): number => {
  const sorted = [...new Set(ids)].sort()
  const lengths = sorted.map((id, index) => Math.max(shortestOf(id), shared(id, sorted[index - 1] ?? '') + 1))
  return Math.max(0, ...lengths)
}

const shared = (one: string, other: string): number => {
  let length = 0
  while (length < one.length && one[length] === other[length]) length += 1
  return length
}
