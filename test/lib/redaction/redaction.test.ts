import { describe, expect, it } from 'vitest'
import { redaction } from '../../../lib/redaction/redaction.ts'
import { everySpelling, everySpellingOfLong, partsShown } from '../../support/every-spelling.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')
const redact = (text: string, secret: string, user?: string) => redaction([{ text: secret, user }])(text)

const long = [
  ['a password with every kind of character', 'desk@example.org', `pä "wörd" \\ 42/x&<y>'z+=%~`],
  ['a pass phrase', 'ada', 'correct horse battery'],
  ['a password in Cyrillic', 'ада', 'пароль-ключ-от-почты'],
  ['a password with emoji and sharp s', 'd', 'straße😀schloß-ende'],
  ['a token', 'desk', `eyJ0eXAiOiJKV1Qi.${'Zm9yIG5vYm9keSBlbHNl'.repeat(4)}.s1gn-ature_~+/xyz`],
] as const

const short = ['ab', 'x7', 'pä!', 'pa55', `a"&'`, 'q w e', 'hunter2', 'пароль'].map((secret) => [secret] as const)

describe('a long secret', () => {
  describe.each(long)('(%s)', (_, user, secret) => {
    it.each([...everySpelling(user, secret), ...everySpellingOfLong(user, secret)])(
      'a long secret is hidden %s',
      (_, spelling) => {
        const shown = redact(`cannot read ${spelling} today`, secret, user)
        expect(partsShown(shown, spelling)).toEqual([])
        expect(shown).toMatch(/^cannot read .*…/s)
        expect(shown).toMatch(/ today$/)
      },
    )
  })

  it('a long secret is hidden if it is adjacent to another secret', () => {
    const both = redaction([{ text: 'open sesame' }, { text: 'correct horse' }])
    expect(both('open sesamecorrect horse, correct horse or open sesame?')).toBe('…, … or …?')
  })

  it('a long secret is hidden without the words around it', () => {
    expect(redact('PASS open sesame&more %41 is wrong', 'open sesame')).toBe('PASS …&more %41 is wrong')
    expect(redact('PASS open%20sesame%21%22 is wrong', 'open sesame')).toBe('PASS …%21%22 is wrong')
    expect(redact(`AUTH PLAIN ${base64('\0ada\0open sesame')}, no`, 'open sesame', 'ada')).toBe('AUTH PLAIN …, no')
  })
})

describe('a short secret', () => {
  describe.each(short)('(%s)', (secret) => {
    it.each(everySpelling('ada', secret))('a short secret is hidden %s', (_, spelling) => {
      const shown = redact(`cannot read <${spelling}> today`, secret, 'ada')
      expect(partsShown(shown.replace(/^cannot read <|> today$/g, ''), spelling)).toEqual([])
      expect(shown).toContain('…')
    })
  })

  it('a short secret is hidden inside words if it has at least four characters', () => {
    expect(redact('USER desk, PASS xpa55x, pa5', 'pa55')).toBe('USER desk, PASS x…x, pa5')
  })

  it.each([
    ['a', 'such a mailbox has an id', 'such … mailbox has an id'],
    ['ok', '+OK look at the books', '+… look at the books'],
    ['in', 'PASS in is invalid', 'PASS … is invalid'],
    ['7', '7 of 77 in 7.7', '… of 77 in ….…'],
  ])('a secret of three characters or fewer (%s) is hidden only as a separate word', (secret, said, shown) => {
    expect(redact(said, secret)).toBe(shown)
  })
})

describe('a text without a secret', () => {
  it('a text without a secret is unchanged', () => {
    const detail = '[AUTH] pass the word: İstanbul, desk, 42, AGRl, 100% &amp; \\n =20 a+b'
    expect(redact(detail, 'pass "wörd" \\ 42/x', 'desk')).toBe(detail)
    expect(redaction([])(detail)).toBe(detail)
    expect(redact(detail, '')).toBe(detail)
  })

  it('a text is unchanged except for the secret if letters change their length with their case', () => {
    expect(redact('İİİİ ß open sesame İ', 'open sesame')).toBe('İİİİ ß … İ')
  })
})

describe('a long text', () => {
  it('a long text ends at the search limit, but never in the middle of a secret', () => {
    for (let before = 16_100; before < 16_400; before += 7) {
      const shown = redact(`${'x '.repeat(before / 2)}open sesame ${'y'.repeat(1_000)}`, 'open sesame')
      expect(shown.length).toBeLessThan(16 * 1024)
      expect(shown).toMatch(/…$/)
      expect(partsShown(shown, 'open sesame')).toEqual([])
      expect(shown).not.toMatch(/ op/)
    }
  })
})
