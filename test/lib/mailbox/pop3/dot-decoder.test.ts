import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DotDecoder } from '../../../../lib/mailbox/pop3/dot-decoder.ts'

/** Follows RFC 1939 section 3 line by line, to check the decoder against an independent implementation. */
const stuffed = (content: Buffer): Buffer => {
  const lines = content.toString('latin1').split('\r\n')
  return Buffer.from(`${lines.map((line) => (line.startsWith('.') ? `.${line}` : line)).join('\r\n')}.\r\n`, 'latin1')
}

const decodeIn = (pieces: Iterable<Buffer>): { content: Buffer; rest: string | undefined } => {
  const decoder = new DotDecoder()
  const content: Buffer[] = []
  let rest: Buffer | undefined
  for (const piece of pieces) {
    if (rest !== undefined) {
      rest = Buffer.concat([rest, piece])
      continue
    }
    const decoded = decoder.decode(piece)
    content.push(decoded.bytes)
    rest = decoded.rest
  }
  return { content: Buffer.concat(content), rest: rest?.toString('latin1') }
}

function* cut(bytes: Buffer, sizes: readonly number[]): Generator<Buffer> {
  let at = 0
  for (let turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1
    yield bytes.subarray(at, at + size)
    at += size
  }
}

/** Mostly the bytes that matter to the decoder. */
const awkwardBytes = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom('\r', '\n', '.', '\r\n', '\r\n.', '.\r') },
      fc.constantFrom('a', '\0', '\xff'),
    ),
    { maxLength: 60 },
  )
  .map((parts) => Buffer.from(`${parts.join('')}\r\n`, 'latin1'))

describe('DotDecoder', () => {
  test('DotDecoder returns any content, wherever the stream is cut, and leaves the bytes after the terminator alone', () => {
    fc.assert(
      fc.property(awkwardBytes, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (content, sizes) => {
        const sent = Buffer.concat([stuffed(content), Buffer.from('+OK next\r\n')])
        expect(decodeIn(cut(sent, sizes))).toEqual({ content, rest: '+OK next\r\n' })
      }),
      { numRuns: 3000 },
    )
  })

  test.each([
    ['nothing', '.\r\n', ''],
    ['a lone dot line', '..\r\n.\r\n', '.\r\n'],
    ['a dot and a CR that does not end the line', '..\rx\r\n.\r\n', '.\rx\r\n'],
    ['a dot after a bare LF', 'a\n.\r\nb\r\n.\r\n', 'a\n.\r\nb\r\n'],
    ['a dot after a bare CR', 'a\r.\r\nb\r\n.\r\n', 'a\r.\r\nb\r\n'],
    ['CR CR LF before the terminator', 'a\r\r\n.\r\n', 'a\r\r\n'],
    ['a line that the server did not stuff', 'a\r\n.b\r\n.\r\n', 'a\r\n.b\r\n'],
    ['a first line that the server did not stuff, as with Dovecot', '.X: y\r\n\r\n..\r\n.\r\n', '.X: y\r\n\r\n.\r\n'],
    ['an unstuffed dot before a bare CR', '.\rx\r\n.\r\n', '.\rx\r\n'],
  ])('DotDecoder decodes %s, wherever the stream is cut', (_, sent, content) => {
    for (const size of [1, 2, 3, 5, 64]) {
      expect(decodeIn(cut(Buffer.from(sent), [size]))).toEqual({ content: Buffer.from(content), rest: '' })
    }
  })

  test('DotDecoder does not take the end of a piece for the end of the message', () => {
    for (const unfinished of ['a\r\n', 'a\r\n.', 'a\r\n.\r', '.', '']) {
      expect(decodeIn([Buffer.from(unfinished)]).rest).toBeUndefined()
    }
  })

  test('DotDecoder copies nothing if nothing was stuffed', () => {
    const piece = Buffer.from('some text\r\nmore\r\n')
    expect(new DotDecoder().decode(piece).bytes.buffer).toBe(piece.buffer)
  })

  test('DotDecoder decodes a message that consists only of dot lines in linear time', () => {
    const content = Buffer.alloc(8 * 1024 * 1024, '.\r\n')
    const lines = Buffer.alloc((content.length / 3) * 4, '..\r\n')
    const sent = Buffer.concat([lines.subarray(0, lines.length - (lines.length % 4)), Buffer.from('.\r\n')])
    const { content: decoded } = decodeIn(cut(sent, [65_536]))
    expect(decoded.equals(content.subarray(0, decoded.length))).toBe(true)
    expect(content.length - decoded.length).toBeLessThan(3)
  })
})
