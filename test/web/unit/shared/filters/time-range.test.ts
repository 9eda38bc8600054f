import { expect, test } from 'vitest'
import { intervalOf, limitsOf, readTimeRange } from '../../../../../web/shared/filters/time-range.ts'

const now = Date.parse('2026-03-02T12:00:00Z')

test('a recent time begins that long before now and has no end', () => {
  expect(limitsOf('1h', '31d', now)).toEqual({ from: '2026-03-02T11:00:00.000Z' })
  expect(limitsOf('7d', '31d', now)).toEqual({ from: '2026-02-23T12:00:00.000Z' })
})

test('an empty text stands for the usual time of the list', () => {
  expect(limitsOf('', '24h', now)).toEqual({ from: '2026-03-01T12:00:00.000Z' })
})

test('an interval keeps its limits, in UTC', () => {
  expect(limitsOf('2026-03-01T00:00:00+01:00/2026-03-02T00:00:00+01:00', '31d', now)).toEqual({
    from: '2026-02-28T23:00:00.000Z',
    to: '2026-03-01T23:00:00.000Z',
  })
})

test('a text that is not a time counts as no choice', () => {
  expect(readTimeRange('24h')).toBe('24h')
  expect(readTimeRange('2026-03-01/2026-03-02')).toBe('2026-03-01/2026-03-02')
  for (const text of ['', 'yesterday', '2026-03-01', 'toString', '2026-03-01/', '2026-03-01/2026-03-02/2026-03-03'])
    expect(readTimeRange(text)).toBe('')
  expect(intervalOf('24h')).toBeUndefined()
})
