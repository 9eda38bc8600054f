import { randomBytes } from 'node:crypto'
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketLifecycleConfigurationCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LocalStack, startLocal } from '../../local/start-local.ts'
import { fixtureStacks } from './support/fixture-assembly.ts'
import { sendSigned } from './support/signed-request.ts'

let local: LocalStack
let s3: S3Client
let Bucket: string
let now = new Date()

beforeAll(async () => {
  local = await startLocal({ assembly: fixtureStacks, now: () => now })
  Bucket = local.resources.Files ?? ''
  s3 = new S3Client({ ...local.clientConfig, endpoint: local.endpoints.s3 })
})
afterAll(() => local.stop())

const put = (Key: string, Body: string | Uint8Array) => s3.send(new PutObjectCommand({ Bucket, Key, Body }))
const read = async (Key: string) => (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString()

describe("the guard in front of fauxqs's S3", () => {
  it('the S3 guard refuses unknown sub-resources and leaves the object unchanged', async () => {
    await put('k', 'precious')
    const refused = [
      new PutObjectAclCommand({ Bucket, Key: 'k', ACL: 'public-read' }),
      new GetObjectAclCommand({ Bucket, Key: 'k' }),
      new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: [] } }),
      new PutObjectCommand({ Bucket, Key: 'k', Body: 'other', IfNoneMatch: '"tag"' }),
      new PutObjectCommand({ Bucket, Key: 'k', Body: 'other', IfMatch: '"tag"' }),
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'k', VersionId: '1' }] } }),
      new GetObjectCommand({ Bucket, Key: 'k', VersionId: '1' }),
      new PutObjectCommand({ Bucket, Key: 'k', Body: 'other', ACL: 'public-read' }),
    ]
    for (const command of refused) {
      // biome-ignore lint/suspicious/noExplicitAny: commands of different types
      await expect(s3.send(command as any), command.constructor.name).rejects.toMatchObject({
        name: 'NotImplemented',
        $metadata: { httpStatusCode: 501 },
      })
    }
    expect(await read('k')).toBe('precious')
  })

  it('the S3 guard keeps the tags of an object until it is stored again or deleted', async () => {
    const tagged = { Bucket, Key: 'tagged/ü +' }
    const tag = (Value: string) =>
      s3.send(new PutObjectTaggingCommand({ ...tagged, Tagging: { TagSet: [{ Key: 'a', Value }] } }))
    const tags = async () => (await s3.send(new GetObjectTaggingCommand(tagged))).TagSet
    await expect(tag('x')).rejects.toMatchObject({ name: 'NoSuchKey' })
    await put(tagged.Key, 'precious')
    expect(await tags()).toEqual([])
    await tag('1')
    await tag('2')
    expect(await tags()).toEqual([{ Key: 'a', Value: '2' }])
    expect(await read(tagged.Key)).toBe('precious')
    await put(tagged.Key, 'again')
    expect(await tags()).toEqual([])
    await tag('3')
    await s3.send(new DeleteObjectCommand(tagged))
    await put(tagged.Key, 'again')
    expect(await tags()).toEqual([])
  })

  it('the S3 guard keeps the tags of a write, also in parts, and those of the object that a refused write leaves', async () => {
    const object = { Bucket, Key: 'tagged at once' }
    const tags = async () => (await s3.send(new GetObjectTaggingCommand(object))).TagSet
    const write = (Tagging: string, more = {}) =>
      s3.send(new PutObjectCommand({ ...object, Body: 'precious', Tagging, ...more }))
    await write('a=1&b=%3C+%26')
    const both = [
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '< &' },
    ]
    expect(await tags()).toEqual(both)
    await expect(write('a=2', { IfNoneMatch: '*' })).rejects.toMatchObject({ name: 'PreconditionFailed' })
    expect(await tags()).toEqual(both)
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...object, Tagging: 'a=3' }))
    const { ETag } = await s3.send(new UploadPartCommand({ ...object, UploadId, PartNumber: 1, Body: 'whole' }))
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
    await s3.send(new CompleteMultipartUploadCommand({ ...object, UploadId, MultipartUpload }))
    expect(await tags()).toEqual([{ Key: 'a', Value: '3' }])
  })

  it('the S3 guard refuses tags that are not a tag set', async () => {
    await put('k', 'precious')
    const signed = { service: 's3', method: 'PUT', target: `/${Bucket}/k?tagging`, body: 'x' } as const
    const { status } = await sendSigned(local.endpoints.s3, local.clientConfig.credentials, signed)
    expect(status).toBe(400)
    expect(await read('k')).toBe('precious')
  })

  it('the S3 guard passes plain and multipart objects, ranges, lists and deletes, byte for byte', async () => {
    const parts = [randomBytes(5 * 1024 * 1024), randomBytes(1234)]
    const { UploadId } = await s3.send(
      new CreateMultipartUploadCommand({ Bucket, Key: 'dir/ümläut +%', ContentType: 'message/rfc822' }),
    )
    const Parts = []
    for (const [at, Body] of parts.entries()) {
      const { ETag } = await s3.send(
        new UploadPartCommand({ Bucket, Key: 'dir/ümläut +%', UploadId, PartNumber: at + 1, Body }),
      )
      Parts.push({ PartNumber: at + 1, ETag })
    }
    await s3.send(
      new CompleteMultipartUploadCommand({ Bucket, Key: 'dir/ümläut +%', UploadId, MultipartUpload: { Parts } }),
    )
    const whole = await (
      await s3.send(new GetObjectCommand({ Bucket, Key: 'dir/ümläut +%' }))
    ).Body?.transformToByteArray()
    expect(Buffer.concat(parts).equals(whole ?? new Uint8Array())).toBe(true)
    const range = await s3.send(new GetObjectCommand({ Bucket, Key: 'dir/ümläut +%', Range: 'bytes=5242878-5242883' }))
    expect([...((await range.Body?.transformToByteArray()) ?? [])]).toEqual([
      ...Buffer.concat(parts).subarray(5242878, 5242884),
    ])
    expect(
      (await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'dir/' }))).Contents?.map((one) => one.Key),
    ).toEqual(['dir/ümläut +%'])
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'dir/ümläut +%' }))
    await expect(s3.send(new HeadObjectCommand({ Bucket, Key: 'dir/ümläut +%' }))).rejects.toMatchObject({
      name: 'NotFound',
    })
  })

  it('the S3 guard serves a presigned GET with its overrides until it expires, and refuses a changed URL', async () => {
    await put('a b/ü.eml', 'raw')
    const command = new GetObjectCommand({
      Bucket,
      Key: 'a b/ü.eml',
      ResponseContentDisposition: 'attachment; filename="x y.eml"',
      ResponseContentType: 'message/rfc822',
      ResponseCacheControl: 'no-store',
    })
    const url = await getSignedUrl(s3, command, { expiresIn: 300 })
    const response = await fetch(url)
    expect([response.status, await response.text()]).toEqual([200, 'raw'])
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="x y.eml"')
    expect(response.headers.get('content-type')).toBe('message/rfc822')
    expect(response.headers.get('cache-control')).toBe('no-store')

    await put('other', 'secret')
    const changed = await fetch(url.replace('a%20b/%C3%BC.eml', 'other'))
    expect([changed.status, await changed.text()]).toEqual([403, expect.stringContaining('SignatureDoesNotMatch')])
    now = new Date(Date.now() + 301_000)
    const late = await fetch(url)
    now = new Date()
    expect([late.status, await late.text()]).toEqual([403, expect.stringContaining('The request has expired')])
  })

  it('the S3 guard refuses a key that would leave its bucket', async () => {
    for (const path of ['../../secrets', '%2e%2e/%2E./x', 'a%2f..%2f..%2fx', './x']) {
      const signed = { service: 's3', method: 'PUT', target: `/${Bucket}/${path}`, body: 'x' } as const
      const { status } = await sendSigned(local.endpoints.s3, local.clientConfig.credentials, signed)
      expect([path, status]).toEqual([path, 501])
    }
  })

  it('the S3 guard cannot be bypassed through the port for queues', async () => {
    const around = new S3Client({ ...local.clientConfig, endpoint: local.endpoints.sqs })
    await expect(around.send(new GetObjectCommand({ Bucket, Key: 'k' }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
    })
  })

  it('the S3 guard refuses an anonymous request', async () => {
    await put('k', 'precious')
    const response = await fetch(`${local.endpoints.s3}/${Bucket}/k`)
    expect([response.status, await response.text()]).toEqual([403, expect.stringContaining('AccessDenied')])
  })
})
