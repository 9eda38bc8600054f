import { plain } from './plain.ts'

/** Names and values below each other, those without a value left out; harmless for a terminal. */
export const described = (rows: ReadonlyArray<readonly [name: string, value: string | undefined]>): string => {
  const shown = rows.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, value] as const]))
  const width = Math.max(...shown.map(([name]) => name.length)) + 1
  return shown.map(([name, value]) => `${name.padEnd(width)} ${plain(value)}`).join('\n')
}
