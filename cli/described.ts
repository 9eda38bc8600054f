import { plain } from './plain.ts'

/** @returns one line per name and value, without empty values and safe to print on a terminal */
export const described = (rows: ReadonlyArray<readonly [name: string, value: string | undefined]>): string => {
  const shown = rows.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, value] as const]))
  const width = Math.max(...shown.map(([name]) => name.length)) + 1
  return shown.map(([name, value]) => `${name.padEnd(width)} ${plain(value)}`).join('\n')
}
