import libmime from 'libmime'
import { expect, it } from 'vitest'
import { encodedWords } from '../../../../lib/handover/copy/encoded-words.ts'

it('encodedWords returns ASCII text as it is', () => {
  expect(encodedWords('5 very high')).toBe('5 very high')
  expect(encodedWords('')).toBe('')
})

it.for(['Störung::Büro', '中文'.repeat(200), `${'a'.repeat(44)}é`, '😀'.repeat(30), 'lone \ud800 surrogate', 'a\tü'])(
  'encodedWords writes %j so that libmime reads it back',
  (text) => {
    const encoded = encodedWords(text)
    expect(libmime.decodeWords(encoded)).toBe(text.toWellFormed())
    for (const word of encoded.split(' ')) expect(word).toMatch(/^=\?UTF-8\?B\?[A-Za-z0-9+/=]{1,60}\?=$/)
  },
)
