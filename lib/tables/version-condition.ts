import type { Expression } from './table.ts'

/** Holds while the row has this version. */
export const versionIs = (version: number): Expression => ({
  text: '#version = :expected',
  values: { expected: version },
})
