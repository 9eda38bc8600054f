import { describe, expect, test } from 'vitest'
import { readMessageHeader } from '../../../../lib/messages/header/read-message-header.ts'
import { readContents } from '../../../../lib/messages/view/message-contents.ts'
import { mail, pieces } from './sample-mails.ts'

const never = new AbortController().signal
const textOf = async (...lines: string[]) => (await readContents(pieces(mail(...lines), 7), never)).text?.content
const subjectOf = (...lines: string[]) => readMessageHeader(mail(...lines), 'X-OTOBO-')?.subject

describe('a header without a blank line after it', () => {
  test.each([
    ['a text at the end', ['From: a@example.org', 'Subject: s', 'Words at once', 'and more']],
    ['a line of blanks', ['From: a@example.org', 'Subject: s', ' \t', 'Words at once', 'and more', '']],
    ['a line of blanks, and a field in the text', ['Subject: s', ' ', 'Words at once', 'and more']],
  ])('the text begins with the first line that is not a field: %s', async (_name, lines) => {
    expect((await textOf(...lines))?.trim()).toBe('Words at once\nand more')
    expect(subjectOf(...lines)).toBe('s')
  })

  test('fields in the text do not count', async () => {
    const lines = ['From: a@example.org', ' ', 'Words', 'Subject: quoted', 'To: sales@example.com', '', 'More']
    expect(await textOf(...lines)).toBe('Words\nSubject: quoted\nTo: sales@example.com\n\nMore')
    expect(subjectOf(...lines)).toBeUndefined()
    expect(readMessageHeader(mail(...lines), 'X-OTOBO-')?.recipients).toEqual([])
  })

  test('control headers in the text count, because a lenient reader may see them', () => {
    const lines = ['From: a@example.org', ' ', 'Words', 'X-OTOBO-Queue: VIP', '', 'More']
    expect(readMessageHeader(mail(...lines), 'X-OTOBO-')?.controlHeaders).toEqual([
      { name: 'x-otobo-queue', value: 'VIP' },
    ])
  })

  test.each([
    ['a broken line between fields', ['Subject: one', 'broken', 'To: a@example.org', '', 'Words'], 'one'],
    ['a folded line of blanks', ['Subject: one', ' ', ' two', 'To: a@example.org', '', 'Words'], 'one two'],
    [
      'the envelope line of an mbox file',
      ['From a@example.org Mon Mar  2 09:09:51 2026', 'Subject: one', '', 'Words'],
      'one',
    ],
    ['an unreadable first line', ['+OK follows', 'Subject: one', 'To: a@example.org', '', 'Words'], 'one'],
  ])('a header continues after %s', async (_name, lines, subject) => {
    expect(subjectOf(...lines)).toBe(subject)
    expect(await textOf(...lines)).toBe('Words')
  })

  test('a message without any field is text', async () => {
    expect(await textOf('Words', '', 'More')).toBe('Words\n\nMore')
  })

  test('a multipart after a line of blanks keeps its parts', async () => {
    const lines = [
      'Content-Type: multipart/mixed; boundary=b',
      ' ',
      '--b',
      'Content-Type: text/html',
      '',
      '<p>Hello</p>',
      '--b--',
    ]
    expect(await textOf(...lines)).toBe('Hello')
  })
})

describe('a part without a blank line after its header', () => {
  const inPart = (...lines: string[]) =>
    textOf('Content-Type: multipart/mixed; boundary=b', '', '--b', ...lines, '--b', '', 'second', '--b--')

  test.each([
    ['no header at all', ['Words at once', 'and more']],
    ['no header at all, and a blank line in the text', ['Words at once', '', 'and more']],
    ['a field before the text', ['Content-Type: text/plain', 'Words at once', 'and more']],
    ['a line of blanks before the text', ['Content-Type: text/plain', ' ', 'Words at once', '', 'and more']],
  ])('the part shows its words: %s', async (_name, lines) => {
    expect((await inPart(...lines))?.replace('\n\n', '\n')).toBe('Words at once\nand more\nsecond')
  })

  test('a broken line between the fields of a part is not text', async () => {
    expect(await inPart('Content-Type: text/plain', 'broken', 'Content-ID: <1@example.org>', '', 'Words')).toBe(
      'Words\nsecond',
    )
  })
})
