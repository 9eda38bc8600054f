const structure = 3
const perEntry = 1

/**
 * The number of bytes that DynamoDB counts for a value (AWS, "DynamoDB item sizes and formats"): the UTF-8 of names and
 * texts, and a small overhead for the structure.
 */
export const itemSizeOf = (value: unknown): number => {
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (typeof value === 'number') return 21
  if (Array.isArray(value)) return value.reduce<number>((sum, entry) => sum + perEntry + itemSizeOf(entry), structure)
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).reduce(
      (sum, [name, entry]) => sum + perEntry + Buffer.byteLength(name) + itemSizeOf(entry),
      structure,
    )
  }
  return 1
}
