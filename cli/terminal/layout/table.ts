import type { CommandOutput } from '../cli-error.ts'
import { colours, inStateColour } from '../colours.ts'
import { plain } from '../text.ts'
import { fittingWidths } from './fitting-widths.ts'
import { relativeTime } from './relative-time.ts'
import { shortIds } from './short-id.ts'
import { cutToWidth, padded } from './width.ts'

/** What a column contains, which decides how a terminal shows it. The first column of a list identifies its row. */
export interface Column<T> {
  readonly head: string
  readonly value: (item: T) => string | number | undefined
  /**
   * `text` and `state` are cut to fit the terminal; a state has a colour. A `time` is relative, and an `id` is shortened
   * to the part that is unique in the list. A `number` is aligned to the right. A `whole` text is never cut, for example a
   * number of a ticket. Default: `text`.
   */
  readonly kind?: 'text' | 'state' | 'time' | 'id' | 'number' | 'whole'
  /** Prints the text below the row, on one line or on as many lines as it needs. */
  readonly below?: 'one-line' | 'whole'
}

/** Columns between two columns of a table. */
const gap = 2
/** The indent of the text below a row. */
const indent = '  '

/**
 * Prints a list, one part after another: as a table that fits the terminal, without columns that have no values, or, if
 * the output is not a terminal, as complete values that are separated by tabs, without a header. All cells are safe to
 * print.
 */
export class TablePrinter<T> {
  readonly #output: Pick<CommandOutput, 'out' | 'columns'>
  readonly #columns: readonly Column<T>[]
  readonly #now: number
  #layout: Layout<T> | undefined

  constructor(output: Pick<CommandOutput, 'out' | 'columns'>, columns: readonly Column<T>[], now = Date.now()) {
    this.#output = output
    this.#columns = columns
    this.#now = now
  }

  print(items: readonly T[]): void {
    const { out, columns: screen } = this.#output
    if (screen === undefined)
      for (const item of items) out(this.#columns.map(({ value }) => textOf(value(item))).join('\t'))
    else if (items.length > 0) for (const line of this.#linesOf(items, screen)) out(line)
  }

  #linesOf(items: readonly T[], screen: number): string[] {
    const cells = this.#columns
      .filter(({ below }) => below === undefined)
      .map((column) => ({ column, texts: this.#cellsOf(column, items) }))
      .filter(({ texts }) => texts.some((text) => text !== ''))
    const texts = new Map(cells.map((one) => [one.column, one.texts]))
    const continued = this.#layout
    const fits = continued !== undefined && cells.every(({ column }) => continued.known.has(column))
    const layout = fits ? continued : layoutOf(cells, screen)
    this.#layout = layout
    const rows = items.flatMap((item, row) => [
      lineOf(layout.widths.map(([column, width]) => shown(texts.get(column)?.[row] ?? '', column.kind, width))),
      ...this.#linesBelow(item, screen),
    ])
    if (fits) return rows
    const head = lineOf(layout.widths.map(([{ head, kind }, width]) => padded(head, width, sideOf(kind))))
    return [...(continued ? [''] : []), colours.bold(head), ...rows]
  }

  #cellsOf({ kind, value }: Column<T>, items: readonly T[]): string[] {
    const texts = items.map((item) => textOf(value(item)))
    if (kind === 'time') return texts.map((text) => relativeTime(text, this.#now))
    return kind === 'id' ? shortIds(texts) : texts
  }

  #linesBelow(item: T, screen: number): string[] {
    return this.#columns.flatMap(({ below, value }) => {
      const text = textOf(value(item))
      if (below === undefined || text === '') return []
      return [indent + (below === 'whole' ? text : cutToWidth(text, screen - indent.length))]
    })
  }
}

/** The columns that a terminal shows, each with its width. */
interface Layout<T> {
  readonly widths: ReadonlyArray<readonly [Column<T>, number]>
  /** Also contains the columns for which the terminal has no space. */
  readonly known: ReadonlySet<Column<T>>
}

interface Cells<T> {
  readonly column: Column<T>
  readonly texts: readonly string[]
}

const layoutOf = <T>(cells: ReadonlyArray<Cells<T>>, screen: number): Layout<T> => {
  const widths = fittingWidths(
    cells.map(({ column: { head, kind }, texts }) => ({ head, texts, isFlexible: isFlexible(kind) })),
    screen,
    gap,
  )
  return {
    widths: cells.slice(0, widths.length).map(({ column }, index) => [column, widths[index] ?? 0]),
    known: new Set(cells.map(({ column }) => column)),
  }
}

const lineOf = (cells: readonly string[]): string => cells.join(' '.repeat(gap)).trimEnd()

const textOf = (value: string | number | undefined): string => plain(String(value ?? ''))

const isFlexible = (kind: Column<never>['kind']): boolean => kind === undefined || kind === 'text' || kind === 'state'
const sideOf = (kind: Column<never>['kind']) => (kind === 'number' ? 'right' : 'left')

const shown = (text: string, kind: Column<never>['kind'], width: number): string => {
  const cut = isFlexible(kind) ? cutToWidth(text, width) : text
  const filled = padded(cut, width, sideOf(kind))
  return kind === 'state' ? inStateColour(cut) + filled.slice(cut.length) : filled
}
