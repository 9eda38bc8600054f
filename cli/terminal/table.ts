import Table from 'cli-table3'
import { coloured } from './colours.ts'
import { plain } from './text.ts'

/** cli-table3 draws every part of the border that it is not given. */
const withoutBorder = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid'].flatMap((side) =>
    [side, `${side}-mid`, `${side}-left`, `${side}-right`].map((part) => [part, '']),
  ),
)

/**
 * @returns a table without a border. Its columns are two spaces apart, and its header is bold on terminals that support
 * colours.
 * @param below indented lines below each row, if the cells of the rows are single lines
 */
export const tableOf = (
  head: readonly string[],
  rows: ReadonlyArray<readonly string[]>,
  below: ReadonlyArray<readonly string[]> = [],
): string => {
  const table = new Table({
    head: [...head],
    chars: { ...withoutBorder, middle: '  ' },
    style: { head: coloured ? ['bold'] : [], border: [], 'padding-left': 0, 'padding-right': 0 },
  })
  table.push(...rows.map((row) => [...row]))
  return table
    .toString()
    .split('\n')
    .flatMap((line, index) => [line.trimEnd(), ...(below[index - 1] ?? []).map((text) => `  ${text}`)])
    .join('\n')
}

/** @returns one line per name and value, without empty values and safe to print on a terminal */
export const described = (rows: ReadonlyArray<readonly [name: string, value: string | undefined]>): string => {
  const shown = rows.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, value] as const]))
  const width = Math.max(...shown.map(([name]) => name.length)) + 1
  return shown.map(([name, value]) => `${name.padEnd(width)} ${plain(value)}`).join('\n')
}
