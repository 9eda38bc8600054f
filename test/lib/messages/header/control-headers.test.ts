import { describe, expect, it } from 'vitest'
import { readMessageHeader } from '../../../../lib/messages/header/read-message-header.ts'

const found = (text: string) => readMessageHeader(Buffer.from(text, 'latin1'), 'X-OTOBO-')?.controlHeaders

const queue = { name: 'x-otobo-queue', value: 'VIP' }

describe('control headers', () => {
  it.each([
    ['plain', 'From: a@x.example\r\nX-OTOBO-Queue: VIP\r\n\r\n'],
    ['as the first line', 'X-OTOBO-Queue: VIP\r\n\r\n'],
    ['in any case', 'From: a@x.example\r\nx-OtObO-qUEUE: VIP\r\n\r\n'],
    ['without a space', 'X-OTOBO-Queue:VIP\r\n\r\n'],
    ['folded before its value', 'X-OTOBO-Queue:\r\n  VIP\r\n\r\n'],
    ['folded before its colon', 'X-OTOBO-Queue\r\n : VIP\r\n\r\n'],
    ['with white space before the colon', 'From: a@x.example\r\nX-OTOBO-Queue \t  : VIP\r\n\r\n'],
    ['with a lot of white space before the colon', `X-OTOBO-Queue${' '.repeat(3_000)}: VIP\r\n\r\n`],
    ['after a bare LF', 'Subject: a\nX-OTOBO-Queue: VIP\r\n\r\n'],
    ['after a bare CR', 'Subject: a\rX-OTOBO-Queue: VIP\r\n\r\n'],
    ['after two bare CRs', 'Subject: a\r\rX-OTOBO-Queue: VIP\r\n\r\n'],
    ['behind CR CR LF', 'Subject: a\r\r\nX-OTOBO-Queue: VIP\r\n\r\n'],
    ['after a line that is not a field', 'Subject: a\r\ngarbage\r\nX-OTOBO-Queue: VIP\r\n\r\n'],
    ['after a line of spaces', 'Subject: a\r\n \r\nX-OTOBO-Queue: VIP\r\n\r\n'],
    ['after blank lines at the very start', '\r\n\r\nX-OTOBO-Queue: VIP\r\n\r\n'],
    ['in a header that never ends', 'Subject: a\r\nX-OTOBO-Queue: VIP'],
    ['with an encoded value', 'X-OTOBO-Queue: =?utf-8?Q?VI?=\r\n =?utf-8?Q?P?=\r\n\r\n'],
  ])('control headers are found %s', (_name, text) => {
    expect(found(text)).toEqual([queue])
  })

  it.each([
    ['after NULs', 'Subject: a\r\n\0\0X-OTOBO-Queue: VIP\r\n\r\n'],
    ['with a NUL inside the name', 'Subject: a\r\nX-OTO\0BO-Queue: VIP\r\n\r\n'],
    ['after a NUL in the middle of a line', 'Subject: a\0X-OTOBO-Queue: VIP\r\n\r\n'],
    ['behind 2,000 NULs', `Subject: a${'\0'.repeat(2_000)}X-OTOBO-Queue: VIP\r\n\r\n`],
    ['after a form feed', 'Subject: a\fX-OTOBO-Queue: VIP\r\n\r\n'],
    ['with a space inside the name', 'X-OTOBO -Queue: VIP\r\n\r\n'],
    ['after a byte order mark', '\xef\xbb\xbfX-OTOBO-Queue: VIP\r\n\r\n'],
  ])('control headers in disguise are found and marked: %s', (_name, text) => {
    expect(found(text)).toContainEqual({ ...queue, disguised: true })
    expect(found(text)?.some(({ disguised }) => !disguised)).toBe(false)
  })

  it.each([
    ['in the body', 'Subject: a\r\n\r\nX-OTOBO-Queue: VIP\r\n'],
    ['in the body of a message with bare LFs', 'Subject: a\n\nX-OTOBO-Queue: VIP\n'],
    ['in the body of a message with bare CRs', 'Subject: a\r\rX-OTOBO-Queue: VIP\r'],
    ['in a continued line', 'Subject: a\r\n X-OTOBO-Queue: VIP\r\n\r\n'],
    ['under a longer name', 'Y-X-OTOBO-Queue: VIP\r\n\r\n'],
    ['inside an encoded word', 'Subject: =?utf-8?Q?a=0D=0AX-OTOBO-Queue:_VIP?=\r\n\r\n'],
  ])('control headers are not found %s', (_name, text) => {
    expect(found(text)).toEqual([])
  })

  it('control headers keep the order of the message, including repeats', () => {
    expect(found('X-OTOBO-B: 1\r\nX-OTOBO-A: 2\r\nx-otobo-b: 3\r\n\r\n')).toEqual([
      { name: 'x-otobo-b', value: '1' },
      { name: 'x-otobo-a', value: '2' },
      { name: 'x-otobo-b', value: '3' },
    ])
  })

  it('control headers are limited in number and length, and the cut is reported', () => {
    const header = readMessageHeader(
      Buffer.from(`X-OTOBO-Long: ${'v'.repeat(5_000)}\r\n${'X-OTOBO-A: b\r\n'.repeat(500)}\r\n`),
      'X-OTOBO-',
    )
    expect(header?.controlHeaders).toHaveLength(120)
    expect(header?.controlHeaders[0]?.value).toHaveLength(3_000)
    expect(header?.truncated).toEqual(['controlHeaders'])
  })

  it('control headers are limited in total bytes of UTF-8, and the first ones are kept', () => {
    const lines = Array.from({ length: 40 }, (_, n) => `X-OTOBO-N${n}: ${'語'.repeat(900)}\r\n`)
    const header = readMessageHeader(Buffer.from(`${lines.join('')}X-OTOBO-Small: x\r\n\r\n`), 'X-OTOBO-')
    const names = header?.controlHeaders.map(({ name }) => name)
    expect(names).toEqual(Array.from({ length: 24 }, (_, n) => `x-otobo-n${n}`))
    expect(header?.controlHeaders.every(({ value }) => value === '語'.repeat(900))).toBe(true)
    expect(header?.truncated).toEqual(['controlHeaders'])
  })

  it('control headers have a configurable prefix', () => {
    const header = readMessageHeader(Buffer.from('X-Desk-Queue: VIP\r\nX-OTOBO-Queue: other\r\n\r\n'), 'X-DESK-')
    expect(header?.controlHeaders).toEqual([{ name: 'x-desk-queue', value: 'VIP' }])
  })
})
