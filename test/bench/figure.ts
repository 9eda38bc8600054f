import Table from 'cli-table3'

/** A measured figure and its goal. A smaller figure is better, unless `more` is set. */
export interface Figure {
  readonly what: string
  readonly unit: string
  readonly measured: number
  readonly goal: number
  readonly more?: boolean
  /** The same figure of a bare client, which does only what must be done. */
  readonly floor?: number | undefined
}

const isReached = ({ measured, goal, more = false }: Figure): boolean => (more ? measured >= goal : measured <= goal)

/** At most two decimals, and none for large numbers. */
const shown = (value: number): string => String(Number(value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)))

/** @returns a table of all figures with their goals, for a terminal of 100 columns */
export const tableOfFigures = (figures: readonly Figure[]): string => {
  const table = new Table({
    head: ['figure', 'measured', 'goal', 'floor', 'reached'],
    colAligns: ['left', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  })
  for (const figure of figures) {
    const { what, unit, measured, goal, more = false, floor } = figure
    const limit = `${more ? '≥' : '≤'} ${shown(goal)} ${unit}`.trimEnd()
    const least = floor === undefined ? '' : shown(floor)
    table.push([what, `${shown(measured)} ${unit}`.trimEnd(), limit, least, isReached(figure) ? 'yes' : 'no'])
  }
  return table.toString()
}
