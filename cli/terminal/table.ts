import type { CommandOutput } from './cli-error.ts'
import { colours, inStateColour } from './colours.ts'
import { relativeTime } from './relative-time.ts'
import { shortLength } from './short-id.ts'
import { fittingWidths } from './table-layout.ts'
import { plain } from './text.ts'
import { cutToWidth, padded } from './width.ts'

/** What a column contains, which decides how a terminal shows it. The first column of a list identifies its row. */
export interface Column<T> {
  readonly head: string
  readonly value: (item: T) => string | number | undefined
  /**
   * `text` and `state` are cut to fit the terminal; a state has a colour. A `time` is relative, and an `id` is shortened
   * to the part that is unique in the list. A `number` is aligned to the right. Default: `text`.
   */
  readonly kind?: 'text' | 'state' | 'time' | 'id' | 'number'
  /** The id that a terminal shows instead, for a long id that contains another one. */
  readonly shortId?: (item: T) => string | undefined
  /** Prints the text below the row, on one line or on as many lines as it needs. */
  readonly below?: 'one-line' | 'whole'
}

/** Columns between two columns of a table. */
const gap = 2
/** The indent of the text below a row. */
const indent = '  '

/**
 * Prints a list, one part after another: as a table that fits the terminal, or, if the output is not a terminal, as
 * complete values that are separated by tabs, without a header. All cells are safe to print.
 */
export class TablePrinter<T> {
  readonly #output: Pick<CommandOutput, 'out' | 'columns'>
  readonly #columns: readonly Column<T>[]
  readonly #now: number
  #widths: readonly number[] | undefined

  constructor(output: Pick<CommandOutput, 'out' | 'columns'>, columns: readonly Column<T>[], now = Date.now()) {
    this.#output = output
    this.#columns = columns
    this.#now = now
  }

  print(items: readonly T[]): void {
    if (items.length === 0) return
    const { out, columns: screen } = this.#output
    if (screen === undefined)
      for (const item of items) out(this.#columns.map(({ value }) => textOf(value(item))).join('\t'))
    else for (const line of this.#linesOf(items, screen)) out(line)
  }

  #linesOf(items: readonly T[], screen: number): string[] {
    const inRow = this.#columns.filter(({ below }) => below === undefined)
    const cells = inRow.map((column) => this.#cellsOf(column, items))
    const isFirst = this.#widths === undefined
    this.#widths ??= fittingWidths(
      inRow.map(({ head, kind }, index) => ({ head, texts: cells[index] ?? [], isFlexible: isFlexible(kind) })),
      screen,
      gap,
    )
    const widths = this.#widths
    const line = (textAt: (column: Column<T>, index: number, width: number) => string): string =>
      inRow
        .slice(0, widths.length)
        .map((column, index) => textAt(column, index, widths[index] ?? 0))
        .join(' '.repeat(gap))
        .trimEnd()
    return [
      ...(isFirst ? [colours.bold(line(({ head, kind }, _, width) => padded(head, width, sideOf(kind))))] : []),
      ...items.flatMap((item, row) => [
        line(({ kind }, index, width) => shown(cells[index]?.[row] ?? '', kind, width)),
        ...this.#linesBelow(item, screen),
      ]),
    ]
  }

  #cellsOf({ kind, value, shortId }: Column<T>, items: readonly T[]): string[] {
    const texts = items.map((item) => textOf((shortId ?? value)(item)))
    if (kind === 'time') return texts.map((text) => relativeTime(text, this.#now))
    if (kind !== 'id') return texts
    const length = shortLength(texts)
    return texts.map((text) => text.slice(0, length))
  }

  #linesBelow(item: T, screen: number): string[] {
    return this.#columns.flatMap(({ below, value }) => {
      const text = textOf(value(item))
      if (below === undefined || text === '') return []
      return [indent + (below === 'whole' ? text : cutToWidth(text, screen - indent.length))]
    })
  }
}

const textOf = (value: string | number | undefined): string => plain(String(value ?? ''))

const isFlexible = (kind: Column<never>['kind']): boolean => kind === undefined || kind === 'text' || kind === 'state'
const sideOf = (kind: Column<never>['kind']) => (kind === 'number' ? 'right' : 'left')

const shown = (text: string, kind: Column<never>['kind'], width: number): string => {
  const cut = isFlexible(kind) ? cutToWidth(text, width) : text
  const filled = padded(cut, width, sideOf(kind))
  return kind === 'state' ? inStateColour(cut) + filled.slice(cut.length) : filled
}
