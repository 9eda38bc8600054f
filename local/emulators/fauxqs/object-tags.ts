import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

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
