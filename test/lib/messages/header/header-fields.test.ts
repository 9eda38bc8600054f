import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { headerFieldsOf } from '../../../../lib/messages/header/header-fields.ts'
import { readMessageHeader } from '../../../../lib/messages/header/read-message-header.ts'

const read = (text: string) => readMessageHeader(Buffer.from(text, 'latin1'), 'X-OTOBO-')
const valuesOf = (text: string, prefix?: string) =>
  headerFieldsOf(Buffer.from(text, 'latin1'), prefix).map(({ name, value }) => [name, value])

describe('a bare CR in a header', () => {
  it.each([
    ['a subject', 'Subject: one\rtwo\r\n\r\n', { subject: 'one two' }],
    ['a subject before something like a field', 'Subject: one\rTo: a@x.example\r\n\r\n', { recipients: [] }],
    ['the end of a subject', 'Subject: one\r\r\nTo: a@x.example\r\n\r\n', { subject: 'one' }],
    ['a list of recipients', 'To: a@x.example,\rb@x.example\r\n\r\n', { to: 'a@x.example, b@x.example' }],
    ['a folded line', 'Subject: one\r\n \rtwo\r\n\r\n', { subject: 'one two' }],
    ['a Message-ID', 'Message-ID: <1@x.example>\rx\r\n\r\n', { messageIdHeader: '<1@x.example>' }],
  ])('a bare CR does not end the line of an ordinary field: %s', (_name, text, expected) => {
    expect(read(text)).toMatchObject(expected)
  })

  it('a bare CR does not hide a later field', () => {
    const text = 'Subject: one\rFrom: evil@x.example\r\nFrom: jane@example.org\r\nTo: a@x.example\r\n\r\n'
    expect(read(text)).toMatchObject({ subject: 'one From: evil@x.example', from: 'jane@example.org' })
  })

  it.each([
    ['a bare CR', 'Subject: one\rX-OTOBO-Queue: VIP\r\n\r\n'],
    ['a bare CR in another control header', 'X-OTOBO-Queue: VIP\rX-OTOBO-Ignore: yes\r\n\r\n'],
    ['a bare CR in a folded line', 'Subject: one\r\n two\rX-OTOBO-Queue: VIP\r\n\r\n'],
    ['a bare CR and a NUL', 'Subject: one\r\0X-OTOBO-Queue: VIP\r\n\r\n'],
    ['a bare CR and a blank line of CRs', 'Subject: one\r\rX-OTOBO-Queue: VIP\r\n\r\n'],
  ])('a control header is found after %s', (_name, text) => {
    expect(read(text)?.controlHeaders).toContainEqual(expect.objectContaining({ name: 'x-otobo-queue', value: 'VIP' }))
  })

  it('a first line that begins with a blank counts only as a disguised control header', () => {
    expect(read(' To: a@x.example\r\nSubject: one\r\n\r\n')).toMatchObject({ recipients: [], subject: 'one' })
    expect(read(' X-OTOBO-Queue: VIP\r\n\r\n')?.controlHeaders).toEqual([
      { name: 'x-otobo-queue', value: 'VIP', disguised: true },
    ])
  })

  it('control headers keep the order that they have in the message', () => {
    expect(valuesOf('X-A: 1\rX-B: 2\r\nTo: a\r\nX-C: 3\r\n\r\n', 'x-')).toEqual([
      ['to', ' a'],
      ['x-a', ' 1'],
      ['x-b', ' 2'],
      ['x-c', ' 3'],
    ])
  })

  it('a bare CR ends every line of a header without LF', () => {
    expect(read('Subject: one\rTo: a@x.example,\r b@x.example\rX-OTOBO-Queue: VIP\r\rbody')).toMatchObject({
      subject: 'one',
      to: 'a@x.example, b@x.example',
      controlHeaders: [{ name: 'x-otobo-queue', value: 'VIP' }],
    })
  })

  it('a bare CR ends every line of a header without LF, even if LFs precede it', () => {
    expect(read('\n\r\nSubject: one\rTo: a@x.example\r\rbody')).toMatchObject({ subject: 'one', to: 'a@x.example' })
  })

  it('a header without a prefix has neither disguised fields nor fields after a bare CR', () => {
    expect(valuesOf('A: 1\rB: 2\r\n\0C: 3\r\nD: 4\r\n\r\n')).toEqual([
      ['a', ' 1\rB: 2'],
      ['d', ' 4'],
    ])
  })

  it('no control header is lost, whichever line ends a program recognises', () => {
    const line = fc.constantFrom('X-OTOBO-Queue: VIP', 'Subject: a', ' folded', '', 'garbage', 'X-OTOBO-', '\0')
    const end = fc.constantFrom('\r\n', '\n', '\r', '\r\r\n', '\n\r', ' ')
    fc.assert(
      fc.property(fc.array(fc.tuple(line, end), { maxLength: 12 }), (lines) => {
        const text = `From: a@x.example\n${lines.map((pair) => pair.join('')).join('')}`
        const header = text.slice(0, /\n\r?\n/.exec(text)?.index)
        for (const lineEnd of [/\r\n|\r|\n/, /\r?\n/, /\n/, /\r/]) {
          const unfolded = header.replaceAll(/(?:\r\n|\r|\n)(?=[ \t])/g, '').split(lineEnd)
          const seen = unfolded.filter((one) => one.startsWith('X-OTOBO-Queue:')).length
          const found = read(text)?.controlHeaders.filter(({ name }) => name === 'x-otobo-queue').length ?? 0
          expect(found).toBeGreaterThanOrEqual(seen)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
