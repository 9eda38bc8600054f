const structure = 3
const perEntry = 1

/** DynamoDB stores two digits in a byte, and one byte more. It drops zeros at both ends. */
export const exactNumberSize = (value: number): number =>
  1 +
  Math.ceil(
    String(Math.abs(value))
      .replace('.', '')
      .replace(/^0+|0+$/g, '').length / 2,
  ) +
  (value < 0 ? 1 : 0)

/**
 * The number of bytes that DynamoDB counts for a value (AWS, "DynamoDB item sizes and formats"): the UTF-8 of names and
 * texts, and a small overhead for the structure.
 *
 * @param numberSize the size of a number. By default, this is the largest size that a number can have.
 */
export const itemSizeOf = (value: unknown, numberSize: (value: number) => number = () => 21): number => {
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (typeof value === 'number') return numberSize(value)
  if (Array.isArray(value))
    return value.reduce<number>((sum, entry) => sum + perEntry + itemSizeOf(entry, numberSize), structure)
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).reduce(
      (sum, [name, entry]) => sum + perEntry + Buffer.byteLength(name) + itemSizeOf(entry, numberSize),
      structure,
    )
  }
  return 1
}
