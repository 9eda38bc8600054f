import { describe, expect, it } from 'vitest'
import { dayOrTimeOf } from '../../../cli/terminal/options.ts'

const now = new Date('2026-03-02T08:10:04.218Z')

describe('a day or a time', () => {
  it.each([
    ['2026-03-01', '2026-03-01'],
    ['2026-03-01T08:00:00Z', '2026-03-01T08:00:00Z'],
    ['2026-03-01T08:00:00+01:00', '2026-03-01T08:00:00+01:00'],
    ['now', '2026-03-02T08:10:04.218Z'],
    ['today', '2026-03-02'],
    ['yesterday', '2026-03-01'],
    ['3 days ago', '2026-02-27'],
    ['1 week ago', '2026-02-23'],
    ['2 hours ago', '2026-03-02T06:10:04.218Z'],
    ['90 minutes ago', '2026-03-02T06:40:04.218Z'],
  ])('a day or a time can be written as %s', (text, expected) => {
    expect(dayOrTimeOf(text, now)).toBe(expected)
  })

  it.each(['tomorrow', '2026-02-30', '02.03.2026', '3 days', 'ago', '123456 days ago', ''])(
    'a day or a time cannot be written as “%s”, and the error lists what is accepted',
    (text) => {
      expect(() => dayOrTimeOf(text, now)).toThrow(/2026-03-02T08:00:00Z, today, yesterday, .*"3 days ago"/)
    },
  )
})
