import { describe, expect, it } from 'vitest'
import { chunkBytesAt, nextChunk } from '../../../lib/fetching/chunks.ts'
import type { Candidate } from '../../../lib/fetching/part.ts'

const MiB = 1024 * 1024
const room = 32 * MiB

const candidate = (size: number, suspect = false): Candidate => ({
  message: { uid: '1', uidIsStable: true, size, flaggedDeleted: false },
  messageId: 'id',
  suspect,
})
const sized = (...sizes: number[]) => sizes.map((size) => candidate(size))
const lengthOf = (candidates: readonly Candidate[], bytes = room) => nextChunk(candidates, bytes).length

describe('the next chunk', () => {
  it.each([
    ['nothing to read', [], 0],
    ['few messages', sized(1, 2, 3), 3],
    ['1,000 messages', sized(...Array.from({ length: 1_000 }, () => 1)), 1_000],
    ['1,001 messages', sized(...Array.from({ length: 1_001 }, () => 1)), 1_000],
    ['exactly 32 MiB', sized(16 * MiB, 16 * MiB), 2],
    ['one byte more than 32 MiB', sized(16 * MiB, 16 * MiB + 1), 1],
    ['messages without a size', sized(...Array.from({ length: 1_200 }, () => 0)), 1_000],
    ['one message larger than the limit', sized(100 * MiB, 1), 1],
    ['a large message behind small ones', sized(1, 1, 100 * MiB), 2],
    ['a suspect first', [candidate(1, true), candidate(1)], 1],
    ['a suspect behind others', [candidate(1), candidate(1, true), candidate(1)], 1],
    ['a suspect larger than the limit', [candidate(100 * MiB, true), candidate(1)], 1],
  ])('the next chunk has the expected length for %s', (_, candidates, expected) => {
    expect(lengthOf(candidates)).toBe(expected)
  })

  it('the next chunk is taken from the front of the list', () => {
    const candidates = sized(1, 2, 100 * MiB)
    expect(nextChunk(candidates, room)).toEqual(candidates.slice(0, 2))
  })

  it('the next chunk contains one message even if the transfer rate allows only one byte', () => {
    expect(lengthOf(sized(1_000, 1_000), 1)).toBe(1)
  })
})

describe('the maximum size of a chunk', () => {
  it.each([
    ['an unknown pace', 0, 0, room],
    ['an unmeasured time', 1_000, 0, room],
    ['a fast connection', 100 * MiB, 1_000, 128 * MiB],
    ['a connection that transfers 128 MiB in exactly one minute', 128 * MiB, 60_000, 128 * MiB],
    ['a connection half as fast', 64 * MiB, 60_000, 64 * MiB],
    ['10 KB per second', 10_000, 1_000, 600_000],
    ['a nearly stalled connection', 1, 3_600_000, 1],
  ])(
    'the maximum chunk size with %s is the amount that can be transferred in one minute',
    (_, bytes, milliseconds, expected) => {
      expect(chunkBytesAt(bytes, milliseconds)).toBe(expected)
    },
  )
})
