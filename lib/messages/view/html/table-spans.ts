/** The cells and columns that all spans of a mail may cover together. Ordinary mail covers a few hundred. */
const mostCovered = 20_000

type Attributes = Record<string, string>

/**
 * Returns a function for the attributes of the cells and columns of one mail, in order. It removes the spans that would
 * cover too much: a browser lays out a few thousand cells that each claim 65,534 rows for minutes.
 */
export const spanLimit = (): ((attributes: Attributes) => Attributes) => {
  let covered = 0
  return ({ colspan, rowspan, span, ...others }) => {
    const area = lengthOf(colspan) * lengthOf(span) * (endless.test(rowspan ?? '') ? Infinity : lengthOf(rowspan))
    // Most cells cover only themselves, and they do not count.
    if (area === 1 || covered + area > mostCovered) return others
    covered += area
    return {
      ...others,
      ...(colspan !== undefined && { colspan }),
      ...(rowspan !== undefined && { rowspan }),
      ...(span !== undefined && { span }),
    }
  }
}

/** A cell with this number of rows ends with its part of the table. */
const endless = /^\s*[+-]?0+(?!\d)/

/** A browser ignores what follows the digits, and takes a text without digits for 1. */
const lengthOf = (text = ''): number => Math.max(1, Number.parseInt(text, 10) || 1)
