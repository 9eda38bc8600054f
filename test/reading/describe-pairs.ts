import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { shownOf } from './read-row.ts'
import { pairRows } from './table.ts'

/** The number of disagreements that a failure lists. */
const listed = 20

/** Describes reading messages with two traits. It takes one pair in every `step`, so that each trait occurs. */
export const describePairs = (step: number): void => {
  describe('reading mail with two traits', () => {
    it.each(Object.entries(pairRows))(
      'a reader sees what the writer meant by %s',
      async (_, rowsOf) => {
        const disagreements: unknown[] = []
        for (const { name, bytes, shows } of rowsOf().filter((_, index) => index % step === 0)) {
          const shown = await shownOf(bytes, shows)
          if (!isDeepStrictEqual(shown, shows)) disagreements.push({ name, shows, shown })
          if (disagreements.length === listed) break
        }
        expect(disagreements).toEqual([])
      },
      60 * 60_000,
    )
  })
}
