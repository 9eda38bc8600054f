import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { DeleteObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { S3RawStore } from '../../../../lib/messages/store/s3-raw-store.ts'
import { startVersionedS3 } from '../../../support/versioned-s3.ts'

const MiB = 1024 * 1024
const never = new AbortController().signal
let s3: Awaited<ReturnType<typeof startVersionedS3>>
let store: S3RawStore

beforeAll(async () => {
  s3 = await startVersionedS3()
  store = new S3RawStore(s3.client, s3.bucket)
})
afterAll(() => s3.stop())

const newId = () => randomBytes(32).toString('hex')
const storedUnder = async (id: string) => {
  const chunks: Buffer[] = []
  for await (const chunk of (await store.open(id, never)) ?? []) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** A client that receives these statuses and codes in turn, and then a success. */
const answering = (...codes: Array<readonly [number, string]>) => {
  const requests: Array<Record<string, string>> = []
  const client = new S3Client({
    region: 'eu-central-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    requestHandler: {
      handle: async ({ headers }: { headers: Record<string, string> }) => {
        requests.push(headers)
        const [statusCode, code] = codes.shift() ?? [200, '']
        const body = code === '' ? '' : `<Error><Code>${code}</Code><Message>no</Message></Error>`
        return { response: { statusCode, headers: { 'content-type': 'application/xml' }, body: Readable.from([body]) } }
      },
    },
  })
  return { requests, raw: new S3RawStore(client, 'raw-mail') }
}
const conflict = [409, 'ConditionalRequestConflict'] as const

describe('S3RawStore.put never overwrites raw mail', () => {
  it.each([
    ['a buffer', 3_000, (bytes: Buffer) => bytes],
    ['a large buffer', 6 * MiB, (bytes: Buffer) => bytes],
    ['a stream', 3_000, (bytes: Buffer) => Readable.from([bytes])],
    ['a stream in parts', 11 * MiB, (bytes: Buffer) => Readable.from([bytes.subarray(0, MiB), bytes.subarray(MiB)])],
  ])(
    'S3RawStore.put answers `exists` to %s under a used id, and the first mail stays',
    async (_name, size, sourceOf) => {
      const [id, bytes] = [newId(), randomBytes(size)]
      expect(await store.put(id, sourceOf(bytes), never)).toBe('stored')
      expect(await store.put(id, sourceOf(bytes), never)).toBe('exists')
      expect(await store.put(id, sourceOf(randomBytes(size)), never)).toBe('exists')
      expect((await storedUnder(id)).equals(bytes)).toBe(true)
      expect(s3.versions(id)).toHaveLength(1)
    },
  )

  it('S3RawStore.put stores mail again after it has expired', async () => {
    const id = newId()
    await store.put(id, Buffer.from('one'), never)
    // An expiry of the lifecycle rule adds a delete marker, as a delete does.
    await s3.client.send(new DeleteObjectCommand({ Bucket: s3.bucket, Key: id }))
    expect(await store.put(id, Buffer.from('two'), never)).toBe('stored')
    expect((await storedUnder(id)).toString()).toBe('two')
  })

  it('S3RawStore.put repeats a write that a delete interferes with, and gives up after three attempts', async () => {
    const once = answering(conflict)
    expect(await once.raw.put(newId(), Buffer.from('a'), never)).toBe('stored')
    expect(once.requests.map((headers) => headers['if-none-match'])).toEqual(['*', '*'])

    const always = answering(conflict, conflict, conflict, conflict)
    await expect(always.raw.put(newId(), Buffer.from('a'), never)).rejects.toMatchObject({
      name: 'ConditionalRequestConflict',
    })
    expect(always.requests).toHaveLength(3)
  })

  it('S3RawStore.put does not repeat a stream, because it cannot be read again', async () => {
    const { raw, requests } = answering(conflict)
    await expect(raw.put(newId(), Readable.from([Buffer.from('a')]), never)).rejects.toMatchObject({
      name: 'ConditionalRequestConflict',
    })
    expect(requests).toHaveLength(1)
  })
})
