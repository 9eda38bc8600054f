import Table from 'cli-table3'
import { coloured } from './colours.ts'

/**
 * @returns a table without a border. Its columns are two spaces apart, and its header is bold on terminals that support
 * colours.
 */
export const tableOf = (head: readonly string[], rows: ReadonlyArray<readonly string[]>): string => {
  const gap = '  '
  const none = ''
  const table = new Table({
    head: [...head],
    chars: {
      top: none,
      'top-mid': none,
      'top-left': none,
      'top-right': none,
      bottom: none,
      'bottom-mid': none,
      'bottom-left': none,
      'bottom-right': none,
      left: none,
      'left-mid': none,
      mid: none,
      'mid-mid': none,
      right: none,
      'right-mid': none,
      middle: gap,
    },
    style: {
      head: coloured ? ['bold'] : [],
      border: [],
      'padding-left': 0,
      'padding-right': 0,
    },
  })
  table.push(...rows.map((row) => [...row]))
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}
