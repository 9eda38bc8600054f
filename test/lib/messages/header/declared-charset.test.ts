import { describe, expect, it } from 'vitest'
import { readMessageHeader } from '../../../../lib/messages/header/read-message-header.ts'
import { readContents } from '../../../../lib/messages/view/message-contents.ts'
import { pieces } from '../view/sample-mails.ts'

const bytesOf = (...lines: string[]) => Buffer.from(`${lines.join('\r\n')}\r\n\r\nwords`, 'latin1')
const read = (...lines: string[]) => readMessageHeader(bytesOf(...lines), 'X-OTOBO-')

describe('raw 8-bit text in a header', () => {
  it.each([
    ['gb2312', '\xc4\xe3\xba\xc3', '你好'],
    ['koi8-r', '\xf0\xd2\xc9\xd7\xc5\xd4', 'Привет'],
    ['"iso-8859-2"', '\xaelu\xbbou\xe8', 'Žluťouč'],
    // The second byte of this character is a backslash, which quotes the next character in an address.
    ['shift_jis', '\x95\x5c', '表'],
  ])('raw 8-bit text is read in the charset that the message declares: %s', (charset, bytes, text) => {
    const type = `Content-Type: text/plain; charset=${charset}`
    const header = read(`Subject: ${bytes}`, type, `From: "${bytes}" <a@example.org>`, `To: ${bytes} <b@example.org>`)
    expect(header).toMatchObject({ subject: text, from: `${text} <a@example.org>`, to: `${text} <b@example.org>` })
    expect(header?.recipients).toEqual([{ header: 'To', address: 'b@example.org' }])
  })

  it('the view and dispatching read the same subject', async () => {
    const bytes = bytesOf('Subject: \xf0\xd2\xc9', 'Content-Type: text/plain; charset=koi8-r')
    const { header } = await readContents(pieces(bytes), new AbortController().signal)
    expect(header.subject).toBe('При')
  })

  it.each([
    ['UTF-8 counts, whatever the message declares', 'koi8-r', 'Gr\xc3\xbc\xc3\x9fe'],
    ['an unknown charset does not count', 'x-nothing', 'Gr\xfc\xdfe'],
    ['US-ASCII does not count', 'us-ascii', 'Gr\xfc\xdfe'],
    ['a charset in which the bytes are invalid does not count', 'utf-8', 'Gr\xfc\xdfe'],
    ['a charset in which the bytes are control characters does not count', 'iso-8859-2', 'Gr\xfc\xdfe \x80'],
  ])('%s', (_name, charset, bytes) => {
    expect(read(`Subject: ${bytes}`, `Content-Type: text/plain; charset=${charset}`)?.subject).toMatch(/^Grüße/)
  })

  it.each(['utf-16', 'utf-16le', 'utf-32', 'utf-7', 'iso-2022-jp', 'cp037'])(
    'a declared charset that does not extend ASCII cannot change the recipients: %s',
    (charset) => {
      const type = `Content-Type: text/plain; charset=${charset}`
      const hidden = Buffer.from(',evil@example.org,', 'utf16le').swap16().toString('base64')
      const header = read(type, `To: B\xfcro +${hidden}- <support@example.com>`)
      expect(header?.recipients).toEqual([{ header: 'To', address: 'support@example.com' }])
    },
  )

  it('an encoded word keeps its own charset', () => {
    const header = read('Subject: =?iso-8859-1?Q?Gr\xfc=DFe?=', 'Content-Type: text/plain; charset=koi8-r')
    expect(header?.subject).toBe('Grüße')
  })

  it('a message without a declared charset is read as windows-1252', () => {
    expect(read('Subject: Gr\xfc\xdfe \x80')?.subject).toBe('Grüße €')
  })
})
