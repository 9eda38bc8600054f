import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { awkwardMessages } from './awkward-messages.ts'
import { hugeMessage, hugeMessageChunks, mixedMessages, smallMessages } from './corpus.ts'
import { decodeFolderName, encodeFolderName } from './modified-utf7.ts'

const hash = (messages: readonly Buffer[]): string => createHash('sha256').update(Buffer.concat(messages)).digest('hex')
const inside = (low: number, high: number) => (bytes: Buffer) => bytes.length >= low && bytes.length <= high

describe('mail samples', () => {
  test('mail samples are the same every time and differ with another seed or start', () => {
    expect(hash(smallMessages(20))).toBe(hash(smallMessages(20)))
    expect(hash(smallMessages(10, { from: 10 }))).toBe(hash(smallMessages(20).slice(10)))
    expect(hash(smallMessages(20, { seed: 2 }))).not.toBe(hash(smallMessages(20)))
    expect(new Set(smallMessages(500).map(String)).size).toBe(500)
  })

  test('mail samples have the documented sizes', () => {
    const slack = 200
    expect(smallMessages(300).every(inside(3 * 1024, 6 * 1024 + slack))).toBe(true)
    const mixed = mixedMessages(100)
    expect(mixed.filter(inside(5 * 1024, 20 * 1024 + slack)).length).toBe(70)
    expect(mixed.filter(inside(100 * 1024 - slack, 500 * 1024)).length).toBe(25)
    expect(mixed.filter(inside(2 * 1024 * 1024 - slack, 10 * 1024 * 1024)).length).toBe(5)
  })

  test('mail samples go to the requested addresses', () => {
    const [first, second] = smallMessages(2, { to: (index) => `queue${index}@example.org` }).map(String)
    expect(first).toContain('\r\nTo: queue0@example.org\r\n')
    expect(second).toContain('\r\nTo: queue1@example.org\r\n')
  })

  test.each([2000, 65_536, 3_000_001])('a huge mail sample has exactly %i bytes in pieces', (size) => {
    expect(hugeMessage(size).length).toBe(size)
    expect(Math.max(...Array.from(hugeMessageChunks(size), (chunk) => chunk.length))).toBeLessThanOrEqual(65_536)
  })

  test('awkward mail samples have the peculiarities in their names', () => {
    const samples = new Map(awkwardMessages().map(({ name, bytes }) => [name, bytes]))
    expect(samples.size).toBe(awkwardMessages().length)
    expect(samples.get('NUL bytes')?.includes(0)).toBe(true)
    expect(samples.get('bare LF')?.includes('\r')).toBe(false)
    expect(samples.get('lone dots')?.includes('\r\n.\r\n')).toBe(true)
    expect(samples.get('no final newline')?.at(-1)).not.toBe(10)
    expect(samples.get('empty body')?.toString().endsWith('\r\n\r\n')).toBe(true)
    expect(samples.get('header only')?.includes('\r\n\r\n')).toBe(false)
    expect(samples.get('raw latin1 header')?.includes(0xfc)).toBe(true)
    expect(samples.get('folded header with CR')?.toString()).toMatch(/\r [a-z]/)
  })

  test.each(['INBOX', 'Entwürfe', 'R&D', '日本語/😀', 'a&b ü-c', '~peter/mail/台北/日本語'])(
    'encodeFolderName and decodeFolderName convert %s',
    (name) => {
      expect(decodeFolderName(encodeFolderName(name))).toBe(name)
      expect(encodeFolderName(name)).toMatch(/^[\x20-\x7e]+$/)
    },
  )

  test('encodeFolderName encodes the example from RFC 3501', () => {
    expect(encodeFolderName('~peter/mail/台北/日本語')).toBe('~peter/mail/&U,BTFw-/&ZeVnLIqe-')
  })
})
