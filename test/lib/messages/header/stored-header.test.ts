import { describe, expect, it } from 'vitest'
import { readMessageHeader } from '../../../../lib/messages/header/read-message-header.ts'
import { storedHeaderOf } from '../../../../lib/messages/header/stored-header.ts'

const stored = (text: string, trusted = false) => {
  const header = readMessageHeader(Buffer.from(`${text}\r\n\r\n`), 'X-OTOBO-')
  if (!header) throw new Error('the text has a header')
  return storedHeaderOf(header, trusted)
}
const envelopeTo = (count: number, address = (n: number) => `r${n}@x.example`) =>
  `Envelope-To: ${Array.from({ length: count }, (_, n) => address(n)).join(',\r\n ')}`

describe('the stored header', () => {
  it.each([
    [500, []],
    [501, ['recipients']],
    [3_000, ['recipients']],
    [4_001, ['recipients']],
  ])('the stored header keeps at most 500 recipients per header: %i', (count, truncated) => {
    const header = stored(`${envelopeTo(count)}\r\nCc: c@x.example`)
    expect(header.recipients).toHaveLength(501)
    expect(header.recipients.at(499)?.address).toBe('r499@x.example')
    expect(header.recipients.at(-1)).toEqual({ header: 'Cc', address: 'c@x.example' })
    expect(header.truncated).toEqual(truncated)
  })

  it('the stored header keeps at most 16 KiB of recipients per header', () => {
    const header = stored(`${envelopeTo(100, (n) => `${'語'.repeat(80)}${n}@x`)}\r\nX-Original-To: x@x.example`)
    expect(header.recipients).toHaveLength(67 + 1)
    expect(header.recipients.at(-1)?.header).toBe('X-Original-To')
    expect(header.truncated).toEqual(['recipients'])
  })

  it('the stored header contains only printable addresses', () => {
    expect(stored('To: a\u0007\u202eb@x.example').recipients.map(({ address }) => address)).toEqual([
      'a\ufffdb@x.example',
    ])
  })

  it('the stored header says which list of control headers was cut', () => {
    const many = Array.from({ length: 130 }, (_, n) => `X-OTOBO-A${n}: b`).join('\r\n')
    expect(stored(many, true).truncated).toEqual(['control'])
    expect(stored(many).truncated).toEqual(['ignoredControl'])
    expect(stored(many)).not.toHaveProperty('controlHeaders')
  })
})
