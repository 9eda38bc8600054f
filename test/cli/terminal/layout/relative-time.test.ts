import { expect, it } from 'vitest'
import { relativeTime } from '../../../../cli/terminal/layout/relative-time.ts'

const now = Date.parse('2026-03-02T08:10:00.000Z')

it.each([
  ['2026-03-02T08:09:30.000Z', 'just now'],
  ['2026-03-02T08:07:00.000Z', '3 min ago'],
  ['2026-03-02T06:09:00.000Z', '2 hr ago'],
  ['2026-02-27T08:10:00.000Z', '3 days ago'],
  ['2025-12-24T08:10:00.000Z', '2025-12-24'],
  ['2026-03-02T08:10:30.000Z', 'in < 1 min'],
  ['2026-03-02T08:15:09.000Z', 'in 5 min'],
  ['never', 'never'],
])('the time %s is shown as %s', (time, text) => {
  expect(relativeTime(time, now)).toBe(text)
})
