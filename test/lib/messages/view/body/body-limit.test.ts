import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cutToJson } from '../../../../../lib/messages/view/body/body-limit.ts'

const sizeOf = (text: string) => Buffer.byteLength(JSON.stringify(text))
const texts = fc.string({
  unit: fc.oneof(
    fc.constantFrom('\0', '\n', '"', '\\', '\ud800', '\x7f', '€', '😀'),
    fc.string({ minLength: 1, maxLength: 1 }),
  ),
})

describe('cutToJson', () => {
  test('cutToJson counts the quotes around a text of control characters', () => {
    expect(cutToJson('\0'.repeat(10), 61)).toHaveLength(9)
    expect(cutToJson('\0'.repeat(10), 62)).toHaveLength(10)
  })

  test('cutToJson returns the longest beginning that fits, and never splits a character', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 2, max: 60 }), (text, limit) => {
        const cut = cutToJson(text, limit)
        expect(text.startsWith(cut)).toBe(true)
        expect(sizeOf(cut)).toBeLessThanOrEqual(limit)
        const [next] = text.slice(cut.length)
        if (next !== undefined) expect(sizeOf(cut + next)).toBeGreaterThan(limit)
      }),
      { numRuns: 5_000 },
    )
  })
})
