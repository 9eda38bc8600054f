import type { CommandOutput } from '../cli-error.ts'
import { inStateColour } from '../colours.ts'
import { plain } from '../text.ts'

/** A value that is undefined or empty is not printed. A `state` has a colour. */
export type Described = readonly [name: string, value: string | undefined, kind?: 'state']

/**
 * Prints one line per name and value: in two columns at a terminal, and separated by a tab elsewhere. The values are safe
 * to print.
 */
export const printDescribed = (
  { out, columns }: Pick<CommandOutput, 'out' | 'columns'>,
  rows: readonly Described[],
): void => {
  const shown = rows.flatMap(([name, value = '', kind]) => (value === '' ? [] : [{ name, value: plain(value), kind }]))
  const width = Math.max(...shown.map(({ name }) => name.length)) + 2
  for (const { name, value, kind } of shown)
    if (columns === undefined) out(`${name}\t${value}`)
    else out(`${name.padEnd(width)}${kind === 'state' ? inStateColour(value) : value}`)
}
