import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LocalStack, startLocal } from '../../local/start-local.ts'
import { fixtureStacks } from './support/fixture-assembly.ts'

const data = mkdtempSync(join(tmpdir(), 'object-versions-'))
let local: LocalStack
let s3: S3Client
let Bucket: string

const start = async () => {
  local = await startLocal({ assembly: fixtureStacks, data })
  Bucket = local.resources.Files ?? ''
  s3 = new S3Client({ ...local.clientConfig, endpoint: local.endpoints.s3 })
}
beforeAll(start)
afterAll(async () => {
  await local.stop()
  rmSync(data, { recursive: true })
})

const put = (Key: string, Body: string, IfNoneMatch?: string) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body, ...(IfNoneMatch && { IfNoneMatch }) }))
const read = async (Key: string) => (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString()
const versions = async (Prefix: string) => {
  const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix }))
  return { versions: Versions, markers: DeleteMarkers }
}
const removeVersion = (Key: string, VersionId: string | undefined) =>
  s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }))
const pause = () => new Promise((resolve) => setTimeout(resolve, 3))

const upload = async (Key: string, bytes: Uint8Array, IfNoneMatch?: string) => {
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }))
  const part = { Bucket, Key, UploadId, PartNumber: 1 }
  const { ETag } = await s3.send(new UploadPartCommand({ ...part, Body: bytes }))
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
  const done = { Bucket, Key, UploadId, MultipartUpload, ...(IfNoneMatch && { IfNoneMatch }) }
  await s3.send(new CompleteMultipartUploadCommand(done))
}
const refused = { name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } }

describe('a conditional write in the local run', () => {
  it('a conditional write creates an object and never replaces one', async () => {
    await put('first', 'one', '*')
    await expect(put('first', 'two', '*')).rejects.toMatchObject(refused)
    expect(await read('first')).toBe('one')
    expect((await versions('first')).versions).toHaveLength(1)
  })

  it('of parallel conditional writes of one key, exactly one wins, and its bytes are stored', async () => {
    const bodies = Array.from({ length: 20 }, (_, at) => `body ${at}`)
    const results = await Promise.allSettled(bodies.map((body) => put('race', body, '*')))
    const won = results.flatMap(({ status }, at) => (status === 'fulfilled' ? [bodies[at]] : []))
    expect(won).toEqual([await read('race')])
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject(refused)
  })

  it('a conditional multipart upload never replaces an object', async () => {
    const bytes = randomBytes(1_000)
    await upload('large', bytes, '*')
    await expect(upload('large', randomBytes(1_000), '*')).rejects.toMatchObject(refused)
    await expect(put('large', 'small', '*')).rejects.toMatchObject(refused)
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: 'large' }))
    expect(Buffer.from((await Body?.transformToByteArray()) ?? [])).toEqual(bytes)
  })

  it('a deleted object can be written again with a condition', async () => {
    await put('again', 'one', '*')
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'again' }))
    await put('again', 'two', '*')
    expect(await read('again')).toBe('two')
  })
})

describe('the versions of an object in the local run', () => {
  it('an object that is overwritten or deleted keeps its old versions, also after a restart', async () => {
    await put('kept/a', 'one')
    await pause()
    await put('kept/a', 'three')
    await pause()
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'kept/a' }))
    const before = await versions('kept/')
    expect(before.versions.map(({ Size, IsLatest }) => [Size, IsLatest])).toEqual([
      [5, false],
      [3, false],
    ])
    expect(before.markers).toMatchObject([{ Key: 'kept/a', IsLatest: true }])
    await local.stop()
    await start()
    expect(await versions('kept/')).toEqual(before)
  })

  it('the removal of the current version makes the one below it current, and the removal of a marker as well', async () => {
    await put('down', 'one')
    await pause()
    await put('down', 'two!')
    const [current, old] = (await versions('down')).versions
    await removeVersion('down', current?.VersionId)
    expect(await read('down')).toBe('one')
    expect((await versions('down')).versions).toMatchObject([{ VersionId: old?.VersionId, IsLatest: true }])

    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'down' }))
    const [marker] = (await versions('down')).markers
    await removeVersion('down', marker?.VersionId)
    expect(await read('down')).toBe('one')
  })

  it('the removal of every version leaves nothing on the disk', async () => {
    await put('gone', 'precious words')
    await pause()
    await put('gone', 'other words')
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'gone' }))
    const all = await versions('gone')
    for (const { VersionId } of [...all.versions, ...all.markers]) await removeVersion('gone', VersionId)
    expect(await versions('gone')).toEqual({ versions: [], markers: [] })
    await expect(s3.send(new HeadObjectCommand({ Bucket, Key: 'gone' }))).rejects.toMatchObject({ name: 'NotFound' })
    const files = readdirSync(data, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())
    const contents = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1'))
    expect(contents.filter((content) => /precious words|other words/.test(content))).toEqual([])
  })

  it('the removal of an unknown version changes nothing, even if its id is a path', async () => {
    await put('stays', 'here')
    for (const VersionId of ['1', '../../x']) await removeVersion('stays', VersionId)
    expect(await read('stays')).toBe('here')
  })

  it('versions are listed by prefix and in pages', async () => {
    for (const key of ['pages/1', 'pages/2', 'pages/3']) await put(key, key)
    const first = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: 'pages/', MaxKeys: 2 }))
    const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = first
    const next = { Bucket, Prefix: 'pages/', MaxKeys: 2, KeyMarker, VersionIdMarker }
    const second = await s3.send(new ListObjectVersionsCommand(next))
    expect([first.IsTruncated, second.IsTruncated]).toEqual([true, false])
    const listed = [first, second].flatMap(({ Versions = [] }) => Versions.map(({ Key }) => Key))
    expect(listed).toEqual(['pages/1', 'pages/2', 'pages/3'])
  })
})
