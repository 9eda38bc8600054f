import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { GetObjectCommand, ListObjectsV2Command, type ListObjectsV2CommandOutput, S3Client } from '@aws-sdk/client-s3'
import type { TestStack } from './stack.ts'

export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/** The raw mail in the S3 store, read by an AWS client and not through Postmaster. */
export class RawMail {
  readonly #s3: S3Client
  readonly #bucket: string

  constructor(stack: TestStack) {
    const { local } = stack
    this.#s3 = new S3Client({ ...local.clientConfig, endpoint: local.endpoints.s3, forcePathStyle: true })
    this.#bucket = stack.resource('RawMailBucket')
  }

  async keys(): Promise<string[]> {
    const keys: string[] = []
    for (let token: string | undefined = ''; token !== undefined; ) {
      const page: ListObjectsV2CommandOutput = await this.#s3.send(
        new ListObjectsV2Command({ Bucket: this.#bucket, ...(token !== '' && { ContinuationToken: token }) }),
      )
      keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []))
      token = page.NextContinuationToken
    }
    return keys
  }

  /** The size and hash of an object, without holding the object in memory. */
  async hash(key: string): Promise<{ readonly size: number; readonly sha256: string }> {
    const { Body } = await this.#s3.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }))
    if (!(Body instanceof Readable)) throw new Error(`no body for ${key}`)
    const hash = createHash('sha256')
    let size = 0
    for await (const chunk of Body) {
      hash.update(chunk)
      size += chunk.length
    }
    return { size, sha256: hash.digest('hex') }
  }

  /** The hash of every object by its key. */
  async hashes(): Promise<Map<string, string>> {
    const found = new Map<string, string>()
    for (const key of await this.keys()) found.set(key, (await this.hash(key)).sha256)
    return found
  }
}
