import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arrivalDateOf } from '../../../../lib/messages/header/arrival-date.ts'
import { headerDateOf } from '../../../../lib/messages/header/header-date.ts'
import { readMessageHeader } from '../../../../lib/messages/header/read-message-header.ts'

const instant = '2026-03-02T08:09:51.000Z'

describe('headerDateOf', () => {
  it.each([
    ['as in RFC 5322', 'Mon, 2 Mar 2026 09:09:51 +0100'],
    ['without a weekday', '2 Mar 2026 09:09:51 +0100'],
    ['with a wrong weekday', 'Sun, 2 Mar 2026 09:09:51 +0100'],
    ['with a weekday in another language', 'Mo, 02 Mar 2026 09:09:51 +0100'],
    ['without a space after the weekday', 'Mon,2 Mar 2026 09:09:51 +0100'],
    ['with full names', 'Monday, 2 March 2026 09:09:51 +0100'],
    ['in any case', 'MON, 2 MAR 2026 09:09:51 gmt'.replace('09', '08')],
    ['with hyphens, as in RFC 850', 'Monday, 02-Mar-26 08:09:51 GMT'],
    ['with a two-digit year', 'Mon, 2 Mar 26 09:09:51 +0100'],
    ['with a three-digit year', 'Mon, 2 Mar 126 09:09:51 +0100'],
    ['folded', 'Mon,\r\n 2 Mar\r\n\t2026 09:09:51\r\n +0100'],
    ['with more blanks than needed', '  Mon ,  2  Mar  2026  09 : 09 : 51   +0100  '],
    ['with a colon in the zone', 'Mon, 2 Mar 2026 09:09:51 +01:00'],
    ['without a space before the zone', 'Mon, 2 Mar 2026 09:09:51+0100'],
    ['with an offset in hours', 'Mon, 2 Mar 2026 09:09:51 +01'],
    ['with GMT and an offset', 'Mon, 2 Mar 2026 09:09:51 GMT+0100'],
    ['with GMT, a space and an offset', 'Mon, 2 Mar 2026 09:09:51 GMT +0100'],
    ['with GMT and an offset with a colon', 'Mon, 2 Mar 2026 09:09:51 GMT+01:00'],
    ['with UTC and an offset in hours', 'Mon, 2 Mar 2026 09:09:51 UTC+1'],
    ['with UTC and a negative offset', 'Mon, 2 Mar 2026 03:09:51 UTC-05:00'],
    ['with an offset that includes half an hour', 'Mon, 2 Mar 2026 13:39:51 +0530'],
    ['with a name after the offset', 'Mon, 2 Mar 2026 09:09:51 +0100 CET'],
    ['with a name and its offset', 'Mon, 2 Mar 2026 09:09:51 CET +0100'],
    ['with a comment', 'Mon, 2 Mar 2026 09:09:51 +0100 (CET)'],
    ['with a comment that never ends', 'Mon, 2 Mar 2026 09:09:51 +0100 (CET'],
    ['with comments everywhere', '(a)Mon(b),(c)2(d)Mar(e)2026(f)09(g):(h)09(i):(j)51(k)+0100(l)'],
    ['with nested comments', 'Mon, 2 Mar 2026 (a (b) \\) 3 Apr 2027 ()) 09:09:51 +0100'],
    ['with an empty comment in front', '() Mon, 2 Mar 2026 09:09:51 +0100'],
    ['with a fraction of a second', 'Mon, 2 Mar 2026 09:09:51.000 +0100'],
    ['with a 12-hour clock', 'Mon, 2 Mar 2026 09:09:51 AM +0100'],
    ['as asctime writes it', 'Mon Mar  2 08:09:51 2026'],
    ['as asctime, with an offset at the end', 'Mon Mar  2 09:09:51 2026 +0100'],
    ['as asctime, with an offset before the year', 'Mon Mar  2 09:09:51 +0100 2026'],
    ['as asctime, with a name before the year', 'Mon Mar  2 09:09:51 CET 2026'],
    ['as asctime, with UTC before the year', 'Mon Mar  2 08:09:51 UTC 2026'],
    ['as JavaScript writes it', 'Mon Mar 02 2026 09:09:51 GMT+0100 (Central European Standard Time)'],
    ['with the month first', 'March 2, 2026 9:09:51 AM +0100'],
    ['in RFC 3339', '2026-03-02T09:09:51+01:00'],
    ['in RFC 3339 in UTC', '2026-03-02T08:09:51Z'],
    ['in RFC 3339 in lower case', '2026-03-02t08:09:51z'],
    ['in RFC 3339 with a blank', '2026-03-02 09:09:51+01:00'],
    ['in RFC 3339 with blanks', '2026-03-02 09:09:51 +0100'],
    ['in RFC 3339 with a name and an offset', '2026-03-02 08:09:51 +0000 UTC'],
    ['in ISO 8601 with a short offset', '2026-03-02T09:09:51+01'],
    ['with a space after the T', '2026-03-02T 09:09:51+01:00'],
    ['with an unknown place in UTC', 'Mon, 2 Mar 2026 08:09:51 -0000'],
    ['with a military zone', 'Mon, 2 Mar 2026 08:09:51 A'],
    ['without a zone', 'Mon, 2 Mar 2026 08:09:51'],
  ])('headerDateOf reads a date %s', (_name, text) => {
    expect(headerDateOf(text)).toBe(instant)
  })

  it.each([
    ['UT', 0],
    ['UTC', 0],
    ['GMT', 0],
    ['Z', 0],
    ['EST', -5],
    ['EDT', -4],
    ['CST', -6],
    ['CDT', -5],
    ['MST', -7],
    ['MDT', -6],
    ['PST', -8],
    ['PDT', -7],
    ['WET', 0],
    ['WEST', 1],
    ['CET', 1],
    ['cest', 2],
    ['MET', 1],
    ['MEST', 2],
    ['MEZ', 1],
    ['MESZ', 2],
    ['EET', 2],
    ['EEST', 3],
    ['MSK', 3],
    ['JST', 9],
  ])('headerDateOf recognises the zone %s', (zone, hours) => {
    const time = Date.parse('2026-03-02T09:09:51Z') - hours * 3_600_000
    expect(headerDateOf(`Mon, 2 Mar 2026 09:09:51 ${zone}`)).toBe(new Date(time).toISOString())
  })

  it.each([
    ['nothing', ''],
    ['a sentence', 'hello 5'],
    ['only a comment', '(Mon, 2 Mar 2026 09:09:51 +0100)'],
    ['only a time', '09:09:51 +0100'],
    ['no time', 'Mon, 2 Mar 2026'],
    ['an unknown zone', 'Mon, 2 Mar 2026 09:09:51 XYZ'],
    ['a zone name with two meanings', 'Mon, 2 Mar 2026 09:09:51 BST'],
    ['a letter that names no zone', 'Mon, 2 Mar 2026 09:09:51 J'],
    ['a name that contradicts its offset', 'Mon, 2 Mar 2026 09:09:51 EST +0100'],
    ['an unknown name with an offset', 'Mon, 2 Mar 2026 09:09:51 XYZ +0100'],
    ['an offset of more than 14 hours', 'Mon, 2 Mar 2026 09:09:51 +1401'],
    ['an offset of less than -14 hours', 'Mon, 2 Mar 2026 09:09:51 -1500'],
    ['an offset with 60 minutes', 'Mon, 2 Mar 2026 09:09:51 +0160'],
    ['an offset of five digits', 'Mon, 2 Mar 2026 09:09:51 +01000'],
    ['a bare number as the zone', 'Mon, 2 Mar 2026 09:09:51 0100'],
    ['a sign without an offset', 'Mon, 2 Mar 2026 09:09:51 +'],
    ['two zones', 'Mon Mar  2 09:09:51 CET 2026 +0200'],
    ['two years', 'Mon Mar 2 2026 09:09:51 2027'],
    ['text after the zone', 'Mon, 2 Mar 2026 09:09:51 +0100 3 Mar 2026'],
    ['hour 25', 'Mon, 2 Mar 2026 25:00:00 +0100'],
    ['hour 24', 'Mon, 2 Mar 2026 24:00:00 +0100'],
    ['hour 13 in the afternoon', 'Mon, 2 Mar 2026 13:00:00 PM +0100'],
    ['minute 60', 'Mon, 2 Mar 2026 09:60:00 +0100'],
    ['second 61', 'Mon, 2 Mar 2026 09:09:61 +0100'],
    ['seconds with three digits', 'Mon, 2 Mar 2026 09:09:511 +0100'],
    ['31 February', 'Sat, 31 Feb 2026 09:09:51 +0100'],
    ['29 February in a common year', 'Sun, 29 Feb 2026 09:09:51 +0100'],
    ['day 0', 'Mon, 0 Mar 2026 09:09:51 +0100'],
    ['day 32', 'Mon, 32 Mar 2026 09:09:51 +0100'],
    ['an unknown month', 'Mon, 2 Foo 2026 09:09:51 +0100'],
    ['a word that begins like a month', 'Mon, 2 Marble 2026 09:09:51 +0100'],
    ['month 13', '2026-13-02T09:09:51Z'],
    ['a numeric month whose order is unknown', '03/02/2026 09:09:51 +0100'],
    ['a numeric month in the middle', '02.03.2026 09:09:51 +0100'],
    ['a five-digit year', '2 Mar 12026 09:09:51 +0100'],
    ['ISO 8601 without a zone', '2026-03-02T09:09:51'],
    ['ISO 8601 with a blank, without a zone', '2026-03-02 09:09:51'],
  ])('headerDateOf returns undefined for %s', (_name, text) => {
    expect(headerDateOf(text)).toBeUndefined()
  })

  it.each([
    ['midnight in the morning', '2 Mar 2026 12:30:00 AM +0000', '2026-03-02T00:30:00.000Z'],
    ['noon', '2 Mar 2026 12:30:00 PM +0000', '2026-03-02T12:30:00.000Z'],
    ['the afternoon', '2 Mar 2026 1:30 pm +0000', '2026-03-02T13:30:00.000Z'],
    ['no seconds', '2 Mar 2026 09:09 +0100', '2026-03-02T08:09:00.000Z'],
    ['the year 49', '2 Mar 49 09:09 +0000', '2049-03-02T09:09:00.000Z'],
    ['the year 50', '2 Mar 50 09:09 +0000', '1950-03-02T09:09:00.000Z'],
    ['milliseconds', '2026-03-02T09:09:51.25Z', '2026-03-02T09:09:51.250Z'],
    ['nanoseconds', '2026-03-02T09:09:51.123456789Z', '2026-03-02T09:09:51.123Z'],
    ['the largest offset', '2 Mar 2026 09:09:51 +1400', '2026-03-01T19:09:51.000Z'],
  ])('headerDateOf reads %s', (_name, text, expected) => {
    expect(headerDateOf(text)).toBe(expected)
  })

  it('headerDateOf reads the same instant from every form of a date', () => {
    const times = fc.integer({ min: Date.UTC(1970, 0, 1) / 1000, max: Date.UTC(2049, 0, 1) / 1000 })
    const offsets = fc.integer({ min: -14 * 60, max: 14 * 60 })
    const blanks = fc.constantFrom(' ', '  ', '\r\n ', '\t', ' (a comment) ', '(a (b\\)))', '\r\n ()\r\n ')
    fc.assert(
      fc.property(times, offsets, fc.nat(), blanks, (seconds, offset, style, blank) => {
        const text = written(seconds, offset, style)
        expect(headerDateOf(text.replaceAll(' ', blank)), text).toBe(new Date(seconds * 1000).toISOString())
      }),
      { numRuns: 3_000 },
    )
  })

  it('headerDateOf never returns a wrong date for a damaged one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 30 }), fc.string({ unit: 'grapheme', maxLength: 3 }), (at, inserted) => {
        const text = 'Mon, 2 Mar 2026 09:09:51 +0100'
        const date = headerDateOf(text.slice(0, at) + inserted + text.slice(at))
        if (date !== undefined) expect(date).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
      }),
    )
  })
})

const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const
const dayNames = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const

/** One of several ways to write an instant, with the offset in minutes. */
const written = (seconds: number, offset: number, style: number): string => {
  const local = new Date((seconds + offset * 60) * 1000)
  const iso = local.toISOString()
  const [date, time] = [iso.slice(0, 10), iso.slice(11, 19)]
  const [day, month, year] = [local.getUTCDate(), monthNames[local.getUTCMonth()], local.getUTCFullYear()]
  const weekday = dayNames[local.getUTCDay()]
  const sign = offset < 0 ? '-' : '+'
  const two = (value: number) => String(value).padStart(2, '0')
  const [hours, minutes] = [two(Math.floor(Math.abs(offset) / 60)), two(Math.abs(offset) % 60)]
  const zones = [`${sign}${hours}${minutes}`, `${sign}${hours}:${minutes}`, `GMT${sign}${hours}${minutes}`]
  const zone = zones[style % zones.length]
  const forms = [
    `${weekday}, ${day} ${month} ${year} ${time} ${zone}`,
    `${two(day)} ${month} ${year} ${time} ${zone}`,
    `${weekday}, ${day}-${month}-${two(year % 100)} ${time} ${zone}`,
    `${weekday} ${month} ${day} ${time} ${year} ${zone}`,
    `${weekday} ${month} ${day} ${time} ${zone} ${year}`,
    `${weekday} ${month} ${two(day)} ${year} ${time} ${zone}`,
    `${date} ${time} ${zone}`,
    `${date}T${time}${zone}`,
  ]
  return forms[style % forms.length] ?? ''
}

describe('the Date header', () => {
  it('the Date header is read with its zone, comments and encoded words', () => {
    const dated = (value: string) => readMessageHeader(Buffer.from(`Date: ${value}\r\n\r\n`), 'X-OTOBO-')?.date
    expect(dated('Mon, 2 Mar 2026 09:09:51 +01:00 (=?utf-8?Q?Mitteleurop=C3=A4ische_Zeit?=)')).toBe(instant)
    expect(dated('Mon, 2 Mar 2026 09:09:51 XYZ')).toBeUndefined()
  })
})

describe('arrivalDateOf', () => {
  const arrived = (...lines: string[]) => arrivalDateOf(Buffer.from(`${lines.join('\r\n')}\r\n\r\nbody`))

  it.each([
    ['an offset with a colon', 'Received: from a by b; Mon, 2 Mar 2026 09:09:51 +01:00'],
    ['GMT with an offset', 'Received: from a by b; Mon, 2 Mar 2026 09:09:51 GMT+0100'],
    ['a semicolon in a comment after the date', 'Received: from a by b; Mon, 2 Mar 2026 09:09:51 +0100 (CET; b)'],
    ['a semicolon in a comment before the date', 'Received: from a (b; c) by d; Mon, 2 Mar 2026 09:09:51 +0100'],
    ['asctime', 'Received: by b; Mon Mar  2 09:09:51 2026 +0100'],
    ['RFC 3339', 'Received: by b; 2026-03-02T09:09:51+01:00'],
  ])('arrivalDateOf reads a Received field with %s', (_name, line) => {
    expect(arrived(line, 'Date: Tue, 3 Mar 2026 09:09:51 +0100')).toBe(instant)
  })

  it.each([
    ['has an unknown zone', 'Received: by b; Mon, 2 Mar 2026 05:09:51 XYZ'],
    ['has no date', 'Received: by b'],
  ])('arrivalDateOf reads the Date field if the topmost Received field %s', (_name, line) => {
    expect(arrived(line, 'Received: by c; 1 Mar 2026 00:00 +0000', 'Date: 2 Mar 2026 09:09:51 +01:00')).toBe(instant)
  })

  it('arrivalDateOf ignores text after a bare CR', () => {
    expect(arrived('X: a\rReceived: by b; 1 Mar 2026 00:00 +0000', 'Date: 2 Mar 2026 09:09:51 +0100')).toBe(instant)
  })
})
