import { expect, it } from 'vitest'
import { isoTimeOf } from '../../../lib/text/printable.ts'

it.each([
  [Date.parse('2026-03-01T08:00:00Z'), '2026-03-01T08:00:00.000Z'],
  [Date.parse('0000-01-01T00:00:00Z'), '0000-01-01T00:00:00.000Z'],
  [Date.parse('0000-01-01T00:00:00Z') - 1, undefined],
  [Date.parse('9999-12-31T23:59:59.999Z'), '9999-12-31T23:59:59.999Z'],
  [Date.parse('9999-12-31T23:59:59.999Z') + 1, undefined],
  [8.64e15 + 1, undefined],
  [Number.NaN, undefined],
])('the time %d is written as %s', (time, expected) => {
  expect(isoTimeOf(time)).toBe(expected)
  expect(isoTimeOf(new Date(time))).toBe(expected)
})
