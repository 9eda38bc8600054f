import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { uidSets } from '../../../../lib/mailbox/imap/listing.ts'

const expand = (sets: readonly string[]): number[] =>
  sets
    .flatMap((set) => set.split(','))
    .flatMap((item) => {
      const [first = 0, last = first] = item.split(':').map(Number)
      return Array.from({ length: last - first + 1 }, (_, index) => first + index)
    })

describe('uidSets', () => {
  it('uidSets returns short sets for runs and none for no UIDs', () => {
    expect(uidSets([])).toEqual([])
    expect(uidSets([7])).toEqual(['7'])
    expect(uidSets([5, 3, 4, 4, 9])).toEqual(['3:5,9'])
  })

  it('uidSets returns exactly the given UIDs, in lines that servers accept', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4000 }), { maxLength: 3000 }), (uids) => {
        const sets = uidSets(uids)
        expect(expand(sets)).toEqual([...new Set(uids)].sort((a, b) => a - b))
        expect(sets.every((set) => set.length <= 7000)).toBe(true)
      }),
      { numRuns: 50 },
    )
    const spread = Array.from({ length: 2000 }, (_, index) => 4_000_000_000 + index * 2)
    expect(uidSets(spread).length).toBeGreaterThan(1)
    expect(expand(uidSets(spread))).toEqual(spread)
  })
})
