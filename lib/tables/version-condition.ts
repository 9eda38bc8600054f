import type { Expression } from './table.ts'

/** A condition that holds while the row has this version. */
export const versionIs = (version: number): Expression => ({
  text: '#version = :expected',
  values: { expected: version },
})
