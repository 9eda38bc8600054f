import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { type FauxqsServer, startFauxqs } from 'fauxqs'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CopyStore } from '../../../../lib/messages/store/copy-store.ts'
import { S3RawStore } from '../../../../lib/messages/store/s3-raw-store.ts'

const MiB = 1024 * 1024
const messageId = 'a'.repeat(64)
const never = new AbortController().signal

let server: FauxqsServer
let client: S3Client
let bucket: string
let store: S3RawStore
let sent: string[]
let count = 0

beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false })
  client = new S3Client({
    endpoint: server.address,
    forcePathStyle: true,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  client.middlewareStack.add(
    (next, context) => (args) => {
      sent.push(String(context.commandName))
      return next(args)
    },
    { step: 'initialize', name: 'recordCommands' },
  )
})
afterAll(async () => {
  client.destroy()
  await server.stop()
})
beforeEach(async () => {
  sent = []
  count += 1
  bucket = `raw-mail-${count}`
  await client.send(new CreateBucketCommand({ Bucket: bucket }))
  store = new S3RawStore(client, bucket)
  sent = []
})

const stored = async () => {
  const { Body, ContentType } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: messageId }))
  return { bytes: Buffer.from((await Body?.transformToByteArray()) ?? []), type: ContentType }
}

/** S3 deletes a bucket only if it contains no objects and no unfinished uploads. */
const expectNothingLeft = async () => {
  expect(sent.filter((name) => name === 'CreateMultipartUploadCommand')).toHaveLength(
    sent.filter((name) => name === 'AbortMultipartUploadCommand').length,
  )
  await client.send(new DeleteBucketCommand({ Bucket: bucket }))
}

async function* pieces(size: number, piece = 64 * 1024, broken?: Error): AsyncGenerator<Buffer> {
  const block = Buffer.alloc(piece)
  for (let at = 0; at < size; at += piece) {
    block.writeUInt32BE(at)
    yield Buffer.from(block.subarray(0, Math.min(piece, size - at)))
  }
  if (broken) throw broken
}

const hashOf = async (chunks: AsyncIterable<Buffer>) => {
  const hash = createHash('sha256')
  for await (const chunk of chunks) hash.update(chunk)
  return hash.digest('hex')
}

describe('S3RawStore.put', () => {
  it.each([
    ['0 bytes', 0, ['PutObjectCommand']],
    ['a small message', 3_000, ['PutObjectCommand']],
    ['5 MiB - 1', 5 * MiB - 1, ['PutObjectCommand']],
    ['5 MiB', 5 * MiB, ['PutObjectCommand']],
    [
      '5 MiB + 1',
      5 * MiB + 1,
      ['CreateMultipartUploadCommand', 'UploadPartCommand', 'UploadPartCommand', 'CompleteMultipartUploadCommand'],
    ],
  ])('S3RawStore.put stores a buffer of %s byte for byte', async (_name, size, commands) => {
    const bytes = randomBytes(size)
    await store.put(messageId, bytes, never)
    expect(sent).toEqual(commands)
    const { bytes: back, type } = await stored()
    expect(back.equals(bytes)).toBe(true)
    expect(type).toBe('message/rfc822')
  })

  it('S3RawStore.put sends a checksum that the store verifies', async () => {
    await store.put(messageId, Buffer.from('Subject: a\r\n\r\n'), never)
    const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: messageId, ChecksumMode: 'ENABLED' }))
    expect(head.ChecksumCRC32).toBeDefined()
  })

  it.each([
    ['empty', 0],
    ['small', 1_000],
    ['of 5 MiB', 5 * MiB],
    ['of 5 MiB + 1', 5 * MiB + 1],
  ])('S3RawStore.put stores a stream %s', async (_name, size) => {
    await store.put(messageId, pieces(size), never)
    const { bytes } = await stored()
    expect(bytes.length).toBe(size)
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(await hashOf(pieces(size)))
  })

  it('S3RawStore.put stores a stream of 40 MB in parts, reading at most a few parts ahead', async () => {
    let read = 0
    let ahead = 0
    async function* counted() {
      for await (const piece of pieces(40_000_000)) {
        read += piece.length
        const uploaded = sent.filter((name) => name === 'UploadPartCommand').length * 5 * MiB
        ahead = Math.max(ahead, read - uploaded)
        yield piece
      }
    }
    await store.put(messageId, counted(), never)
    expect(sent.filter((name) => name === 'UploadPartCommand')).toHaveLength(8)
    expect(ahead).toBeLessThan(15 * MiB)
    expect(
      createHash('sha256')
        .update((await stored()).bytes)
        .digest('hex'),
    ).toBe(await hashOf(pieces(40_000_000)))
  })

  it('S3RawStore.put replaces an object with identical bytes', async () => {
    await store.put(messageId, Buffer.from('same'), never)
    await store.put(messageId, Buffer.from('same'), never)
    expect((await stored()).bytes.toString()).toBe('same')
  })

  it.each([
    ['before its first part is full', 1 * MiB],
    ['in the middle', 12 * MiB],
  ])('S3RawStore.put leaves nothing behind if a stream fails %s', async (_name, size) => {
    const broken = new Error('connection lost')
    await expect(store.put(messageId, pieces(size, 64 * 1024, broken), never)).rejects.toBe(broken)
    await expectNothingLeft()
  })

  it('S3RawStore.put leaves nothing behind when the signal aborts, even if the stream is silent', async () => {
    const abort = new AbortController()
    const reason = new Error('time is up')
    let ended = false
    async function* silent() {
      try {
        yield* pieces(12 * MiB)
        setTimeout(() => abort.abort(reason), 20)
        await new Promise((resolve) => setTimeout(resolve, 15_000))
      } finally {
        ended = true
      }
    }
    const started = performance.now()
    await expect(store.put(messageId, silent(), abort.signal)).rejects.toBe(reason)
    expect(performance.now() - started).toBeLessThan(14_000)
    expect(ended).toBe(false)
    await expectNothingLeft()
  })

  it('S3RawStore.put stores nothing after the signal has aborted', async () => {
    const signal = AbortSignal.abort(new Error('time is up'))
    await expect(store.put(messageId, Buffer.from('a'), signal)).rejects.toThrow('time is up')
    await expect(store.put(messageId, pieces(100), signal)).rejects.toThrow('time is up')
    expect(sent).toEqual([])
  })

  it('S3RawStore.put ends the stream if the store fails, and rejects with the store’s error', async () => {
    let ended = false
    async function* source() {
      try {
        yield* pieces(60 * MiB)
      } finally {
        ended = true
      }
    }
    const nowhere = new S3RawStore(client, 'no-such-bucket')
    await expect(nowhere.put(messageId, source(), never)).rejects.toMatchObject({ name: 'NoSuchBucket' })
    await expect.poll(() => ended).toBe(true)
  })
})

describe('S3RawStore.downloadLink', () => {
  it('S3RawStore.downloadLink returns a link that anyone can use for 300 seconds to download a file', async () => {
    await store.put(messageId, Buffer.from('Subject: a\r\n\r\nbody'), never)
    const link = await store.downloadLink(messageId)
    const url = new URL(link ?? '')
    expect(url.searchParams.get('X-Amz-Expires')).toBe('300')
    expect(url.searchParams.get('response-cache-control')).toBe('no-store')
    expect(url.searchParams.get('response-content-disposition')).toBe(`attachment; filename="${messageId}.eml"`)
    expect(url.searchParams.get('response-content-type')).toBe('message/rfc822')
    const answer = await fetch(url)
    expect(answer.status).toBe(200)
    expect(await answer.text()).toBe('Subject: a\r\n\r\nbody')
  })

  it('S3RawStore.downloadLink is undefined for raw mail that has expired', async () => {
    await store.put(messageId, Buffer.from('a'), never)
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: messageId }))
    expect(await store.downloadLink(messageId)).toBeUndefined()
  })

  it('S3RawStore.downloadLink does not mistake a missing permission for an expired message', async () => {
    const refusing = new S3Client({ region: 'eu-central-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } })
    refusing.middlewareStack.add(
      () => () => Promise.reject(Object.assign(new Error('UnknownError'), { name: '403' })),
      { step: 'finalizeRequest', priority: 'low' },
    )
    await expect(new S3RawStore(refusing, bucket).downloadLink(messageId)).rejects.toThrow('UnknownError')
  })
})

describe('raw mail of subscribers', () => {
  const tagsAfter = async (hasSubscribers: () => Promise<boolean>) => {
    const requests: object[] = []
    const recording = answering(200, '', (input) => requests.push(input))
    const outcome = await new S3RawStore(recording, bucket, hasSubscribers).put(messageId, Buffer.from('a'), never)
    return [outcome, ...requests.filter((input) => 'Tagging' in input)]
  }

  it('raw mail is tagged as received if someone has subscribed, and only then', async () => {
    expect(await tagsAfter(async () => true)).toEqual([
      'stored',
      expect.objectContaining({ Bucket: bucket, Key: messageId, Tagging: 'postmaster-received=announced' }),
    ])
    expect(await tagsAfter(async () => false)).toEqual(['stored'])
  })
})

describe('S3RawStore.markEnded', () => {
  it('S3RawStore.markEnded tags the raw mail, so that a lifecycle rule selects it', async () => {
    const requests: object[] = []
    const recording = answering(200, '', (input) => requests.push(input))
    await new S3RawStore(recording, bucket).markEnded(messageId)
    expect(requests).toEqual([
      expect.objectContaining({
        Bucket: bucket,
        Key: messageId,
        Tagging: {
          TagSet: [
            { Key: 'postmaster-handover', Value: 'ended' },
            // Tagging replaces all tags, and the mail was received.
            { Key: 'postmaster-received', Value: 'announced' },
          ],
        },
      }),
    ])
  })

  it('S3RawStore.markEnded ignores raw mail that has expired', async () => {
    const missing = answering(404, '<Error><Code>NoSuchKey</Code><Message>missing</Message></Error>')
    await expect(new S3RawStore(missing, bucket).markEnded(messageId)).resolves.toBeUndefined()
  })

  it('S3RawStore.markEnded does not mistake a missing permission for an expired message', async () => {
    const refusing = answering(403, '<Error><Code>AccessDenied</Code><Message>no</Message></Error>')
    await expect(new S3RawStore(refusing, bucket).markEnded(messageId)).rejects.toThrow()
  })
})

describe('CopyStore', () => {
  it('CopyStore stores a copy under copies/ and returns a link to it that is valid for the given time', async () => {
    const copies = new CopyStore(client, bucket)
    await copies.put('destination.message', pieces(1_000), never)
    const url = new URL(await copies.link('destination.message', 60, 'mail.eml'))
    expect(url.pathname).toBe(`/${bucket}/copies/destination.message`)
    expect(url.searchParams.get('X-Amz-Expires')).toBe('60')
    const answer = await fetch(url)
    expect(answer.status).toBe(200)
    expect((await answer.arrayBuffer()).byteLength).toBe(1_000)
  })
})

/** Creates a client that receives this response to every request. */
const answering = (statusCode: number, body: string, onRequest?: (input: object) => void): S3Client => {
  const response = () => ({ statusCode, headers: { 'content-type': 'application/xml' }, body: Readable.from([body]) })
  const answering = new S3Client({
    region: 'eu-central-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    requestHandler: { handle: () => Promise.resolve({ response: response() }) },
  })
  answering.middlewareStack.add(
    (next) => (args) => {
      onRequest?.(args.input)
      return next(args)
    },
    { step: 'initialize', name: 'recordRequests' },
  )
  return answering
}
