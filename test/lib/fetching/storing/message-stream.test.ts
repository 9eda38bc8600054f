import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ContentTap } from '../../../../lib/fetching/storing/message-stream.ts'
import { headerBlockLimit } from '../../../../lib/messages/message-header.ts'

const from = async function* (chunks: readonly Buffer[], failure?: Error) {
  yield* chunks
  if (failure) throw failure
}

const read = async (tap: ContentTap): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of tap) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const pieces = (bytes: Buffer, size: number) =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size))

describe('the content tap', () => {
  it.each([
    ['nothing', 0, 1],
    ['a small message in one piece', 1_000, 1_000],
    ['a small message byte by byte', 1_000, 1],
    ['a message of the maximum header length', headerBlockLimit, 1_000],
    ['a message of 1 MiB in pieces', 1024 * 1024, 10_007],
    ['a message of 1 MiB at once', 1024 * 1024, 1024 * 1024],
  ])(
    'the content tap passes %s through unchanged and returns its hash, size and beginning',
    async (_, length, size) => {
      const bytes = Buffer.from(Array.from({ length }, (_, index) => (index * 31) % 251))
      const tap = new ContentTap(from(pieces(bytes, size)))
      expect((await read(tap)).equals(bytes)).toBe(true)
      const { sha256, size: seen, beginning } = tap.summary()
      expect(sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
      expect(seen).toBe(length)
      expect(beginning.equals(bytes.subarray(0, headerBlockLimit))).toBe(true)
      expect(tap.failure).toBeUndefined()
    },
  )

  it('the content tap keeps the source’s error, because an upload may wrap it', async () => {
    const broken = new Error('the line broke')
    const tap = new ContentTap(from([Buffer.from('Subject: a')], broken))
    await expect(read(tap)).rejects.toBe(broken)
    expect(tap.failure).toBe(broken)
  })

  it('the content tap requests a chunk only after the previous chunk was consumed', async () => {
    let asked = 0
    const tap = new ContentTap(
      (async function* () {
        for (; asked < 10; asked += 1) yield Buffer.from('x')
      })(),
    )
    const iterator = tap[Symbol.asyncIterator]()
    await iterator.next()
    await iterator.next()
    expect(asked).toBeLessThanOrEqual(2)
    await iterator.return(undefined)
  })
})
