import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { s3Error } from '../signed-calls/service-error.ts'
import type { StoredObjects } from './stored-objects.ts'

/**
 * The tags of S3 objects, which fauxqs does not have. Each tagged object has one file with the XML of the last
 * `PutObjectTagging`. As in S3, an object that is stored again has no tags.
 */
export class ObjectTags {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
    mkdirSync(folder, { recursive: true })
  }

  read(bucket: string, key: string): string {
    const file = this.#fileOf(bucket, key)
    return existsSync(file) ? readFileSync(file, 'utf8') : untagged
  }

  write(bucket: string, key: string, xml: Buffer): void {
    const file = this.#fileOf(bucket, key)
    writeFileSync(`${file}.new`, xml)
    renameSync(`${file}.new`, file)
  }

  remove(bucket: string, key: string): void {
    rmSync(this.#fileOf(bucket, key), { force: true })
  }

  /** A key may be too long for a file name. */
  #fileOf(bucket: string, key: string): string {
    return join(this.#folder, createHash('sha256').update(`${bucket}/${key}`).digest('hex'))
  }
}

const untagged = '<?xml version="1.0" encoding="UTF-8"?>\n<Tagging><TagSet></TagSet></Tagging>'

/** Serves `GetObjectTagging` and `PutObjectTagging`. */
export const serveTags = (
  objects: StoredObjects,
  request: IncomingMessage,
  response: ServerResponse,
  { bucket, key, body }: { readonly bucket: string; readonly key: string; readonly body: Buffer },
): void => {
  const { tags } = objects
  if (!objects.exists(bucket, key)) {
    s3Error(request, response, { status: 404, code: 'NoSuchKey', message: 'The specified key does not exist.' })
  } else if (request.method === 'GET') {
    response.writeHead(200, { 'content-type': 'application/xml' }).end(tags.read(bucket, key))
  } else if (body.includes('<TagSet>')) {
    tags.write(bucket, key, body)
    response.writeHead(200).end()
  } else s3Error(request, response, { status: 400, code: 'MalformedXML', message: 'The body has no tag set.' })
}
