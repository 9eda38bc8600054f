import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { comparableIdentity, comparableName, uniqueName } from '../../../lib/text/names.ts'

describe('comparable names', () => {
  it.each([
    ['case', 'support'],
    ['blanks at the ends', '  Support\u3000'],
    ['a zero-width space', 'Sup\u200bport'],
    ['a zero-width joiner', 'Support\u200d'],
    ['a byte order mark', '\ufeffSupport'],
    ['a word joiner', 'Sup\u2060port'],
    ['a soft hyphen', 'Sup\u00adport'],
    ['a direction override', '\u202eSupport'],
    ['an isolate', '\u2066Support\u2069'],
    ['a left-to-right mark', 'Support\u200e'],
    ['a variation selector', 'Support\ufe0f'],
    ['a tag character', 'Support\u{e0041}'],
    ['an annotation mark', 'Support\ufffa'],
    ['full-width letters', 'Ｓｕｐｐｏｒｔ'],
    ['mathematical letters', '𝐒𝐮𝐩𝐩𝐨𝐫𝐭'],
    ['all of them', '\u200fＳup\u2064𝐩ort\u3164'],
  ])('two names are equal if they differ only by %s', (_, name) => {
    expect(comparableName(name)).toBe(comparableName('Support'))
  })

  it.each([
    ['e\u0301', 'é'],
    ['a\u00a0b', 'a b'],
    ['ﬁrst', 'first'],
    ['½', '1⁄2'],
    ['ｻﾎﾟｰﾄ', 'サポート'],
  ])('two names are equal if they are %s and %s', (one, other) => {
    expect(comparableName(one)).toBe(comparableName(other))
  })

  it.each([
    ['Support', 'Supports'],
    ['Support', 'Sup port'],
    ['Büro', 'Buro'],
    ['1st', '2nd'],
    ['می\u200cخواهم', 'می خواهم'],
  ])('two names are different if they are %s and %s', (one, other) => {
    expect(comparableName(one)).not.toBe(comparableName(other))
  })

  it('a comparable name does not change when it is converted again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (name) => {
        const once = comparableName(name)
        expect(comparableName(once)).toBe(once)
      }),
      { numRuns: 2000 },
    )
    expect(comparableName('İ')).toBe(comparableName(comparableName('İ')))
  })

  it('user names keep their case, because some mail servers distinguish it', () => {
    expect(comparableIdentity('ｄesk\u200b@example.com')).toBe('desk@example.com')
    expect(comparableIdentity('Desk')).not.toBe(comparableIdentity('desk'))
  })
})

describe('unique names', () => {
  it.each(['Support', ' Büro 2 ', 'サポート', '👩\u200d💻', 'x'.repeat(200)])('a unique name can be %s', (name) => {
    expect(uniqueName.parse(name)).toBe(name.trim())
  })

  it.each<[string, string]>([
    ['empty', ''],
    ['blanks', ' \u3000'],
    ['invisible characters', '\u200b\u2060\u3164'],
    ['201 characters', 'x'.repeat(201)],
    ['ligatures that exceed the size of a table key when they are expanded', '\ufdfa'.repeat(200)],
    ['two lines', 'a\nb'],
  ])('a unique name cannot be %s', (_, name) => {
    expect(uniqueName.safeParse(name).success).toBe(false)
  })
})
