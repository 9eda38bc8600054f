import { describe, expect, it } from 'vitest'
import { headerBlockOf } from '../../../../lib/messages/header/header-fields.ts'
import { headerBlockLimit } from '../../../../lib/messages/message-header.ts'

const blockOf = (text: string) => headerBlockOf(Buffer.from(text, 'latin1')).toString('latin1')

describe('headerBlockOf', () => {
  it.each([
    ['CRLF CRLF', 'A: b\r\n\r\n', 'body\r\n\r\nmore'],
    ['LF LF', 'A: b\n\n', 'body\n\nmore'],
    ['CR CR', 'A: b\r\r', 'body\r\rmore'],
    ['LF CRLF', 'A: b\n\r\n', 'body'],
    ['CRLF LF', 'A: b\r\n\n', 'body'],
    ['CR CR inside a header with other line ends', 'A: b\r\rC: d\r\n\r\n', 'body'],
    ['CR CR in a header with LFs but without an end', 'A: b\r\rC: d\r\nE: f', ''],
    ['blank lines before the header', '\r\n\r\nA: b\r\n\r\n', 'body'],
    ['no blank line', 'A: b\r\nC: d\r\n', ''],
    ['nothing', '', ''],
    ['only line ends', '\n\r\n\r\r', ''],
  ])('headerBlockOf: %s', (_name, header, body) => {
    expect(blockOf(header + body)).toBe(header)
  })

  it('headerBlockOf ends at its limit', () => {
    expect(headerBlockOf(Buffer.alloc(headerBlockLimit + 1, 'a'))).toHaveLength(headerBlockLimit)
  })

  it('headerBlockOf copies nothing', () => {
    const bytes = Buffer.from('A: b\r\n\r\nbody')
    expect(headerBlockOf(bytes).buffer).toBe(bytes.buffer)
  })
})
