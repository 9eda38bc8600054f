import { describe, expect, it } from 'vitest'
import { cutToWidth, padded, widthOf, wrapped } from '../../../../cli/terminal/layout/width.ts'

describe('the width of text on a terminal', () => {
  it.each([
    ['Grüße', 5],
    ['你好', 4],
    ['한국', 4],
    ['한국'.normalize('NFD'), 4],
    ['e\u0301', 1],
    ['👩\u200d💻', 2],
    ['❤\ufe0f', 2],
    ['می\u200cخواهم', 7],
    ['\u001b[31mred\u001b[39m', 3],
  ])('%s has the width %i', (text, width) => {
    expect(widthOf(text)).toBe(width)
  })

  it.each([
    ['The printer', 11, 'The printer'],
    ['The printer', 10, 'The print…'],
    ['The printer', 5, 'The…'],
    ['你好你好', 6, '你好…'],
    ['你好你好', 5, '你好…'],
    ['e\u0301e\u0301e\u0301', 2, 'e\u0301…'],
    ['👩\u200d💻👩\u200d💻', 3, '👩\u200d💻…'],
  ])('%s is cut to %i columns without breaking a character', (text, columns, cut) => {
    expect(cutToWidth(text, columns)).toBe(cut)
    expect(widthOf(cut)).toBeLessThanOrEqual(columns)
  })

  it('text is padded by its width', () => {
    expect(padded('你好', 6)).toBe('你好  ')
    expect(padded('7', 3, 'right')).toBe('  7')
    expect(padded('too wide', 3)).toBe('too wide')
  })
})

describe('lines that are wider than a terminal', () => {
  it('a line breaks between words', () => {
    expect(wrapped('one two three four\nfive', 9)).toBe('one two\nthree\nfour\nfive')
  })

  it('continued lines are indented like their text, or like the last column of their line', () => {
    expect(wrapped('  one two three', 10)).toBe('  one two\n  three')
    expect(wrapped('Message  5f0c7d3a91b84e26a7f1d09be3c85264', 20)).toBe('Message  5f0c7d3a91b84e26a7f1d09be3c85264')
    expect(wrapped('Health        failing since yesterday at noon', 30)).toBe(
      'Health        failing since\n              yesterday at\n              noon',
    )
  })

  it('colours take no space, and a word that is too wide stays whole', () => {
    expect(wrapped('\u001b[31m!!\u001b[39m  login  it is refused by them', 22)).toBe(
      '\u001b[31m!!\u001b[39m  login  it is\n           refused by\n           them',
    )
    expect(wrapped('see https://example.com/a-long-path now', 12)).toBe('see\nhttps://example.com/a-long-path\nnow')
  })
})
