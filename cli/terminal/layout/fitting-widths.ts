import { widthOf } from './width.ts'

interface ColumnTexts {
  readonly head: string
  readonly texts: readonly string[]
  /** True if its texts can be cut. */
  readonly isFlexible: boolean
}

/** In columns of the terminal. A flexible column is not cut further, because such a text says too little. */
const narrowest = 10

/**
 * Cuts the widest flexible columns until the table fits the screen. If that is not enough, leaves out columns from the
 * right, but never the first.
 * @param gap the terminal columns between two columns of the table
 * @returns the widths of the columns that are shown
 */
export const fittingWidths = (columns: readonly ColumnTexts[], screen: number, gap: number): number[] => {
  const natural = columns.map(({ head, texts }) =>
    texts.reduce((widest, text) => Math.max(widest, widthOf(text)), widthOf(head)),
  )
  const least = columns.map(({ head, isFlexible }, index) => {
    const width = natural[index] ?? 0
    return isFlexible ? Math.min(width, Math.max(widthOf(head), narrowest)) : width
  })
  const available = (count: number) => screen - gap * (count - 1)
  let count = columns.length
  while (count > 1 && sum(least.slice(0, count)) > available(count)) count -= 1
  const widths = natural.slice(0, count)
  for (let excess = sum(widths) - available(count); excess > 0; excess -= 1) {
    const widest = widestOf(widths, least)
    if (widest === undefined) break
    widths[widest] = (widths[widest] ?? 0) - 1
  }
  return widths
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)

/** @returns the index of the widest column that can still be cut */
const widestOf = (widths: readonly number[], least: readonly number[]): number | undefined => {
  let found: number | undefined
  for (const [index, width] of widths.entries())
    if (width > (least[index] ?? 0) && width > (found === undefined ? 0 : (widths[found] ?? 0))) found = index
  return found
}
