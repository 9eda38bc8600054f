import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The tags of S3 objects, which fauxqs does not have. Each tagged object has one file with the XML of a
 * `PutObjectTagging`. As in S3, an object that is stored again has only the tags of its new write.
 */
export class ObjectTags {
  readonly #folder: string
  /** The tags of writes that have begun. A multipart upload has its tags from its first request. */
  readonly #ofWrites = new Map<string, string>()

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

  /** @param header the value of `x-amz-tagging`, if the write has one */
  writeBegins(bucket: string, key: string, header: string | undefined): void {
    const file = this.#fileOf(bucket, key)
    if (header === undefined) this.#ofWrites.delete(file)
    else this.#ofWrites.set(file, xmlOf(new URLSearchParams(header)))
  }

  writeEnds(bucket: string, key: string): void {
    const file = this.#fileOf(bucket, key)
    const xml = this.#ofWrites.get(file)
    this.#ofWrites.delete(file)
    if (xml === undefined) this.remove(bucket, key)
    else this.write(bucket, key, Buffer.from(xml))
  }

  remove(bucket: string, key: string): void {
    rmSync(this.#fileOf(bucket, key), { force: true })
  }

  /** A key may be too long for a file name. */
  #fileOf(bucket: string, key: string): string {
    return join(this.#folder, createHash('sha256').update(`${bucket}/${key}`).digest('hex'))
  }
}

const xmlOf = (tags: Iterable<readonly [string, string]>): string => {
  const elements = [...tags].map(
    ([key, value]) => `<Tag><Key>${escaped(key)}</Key><Value>${escaped(value)}</Value></Tag>`,
  )
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Tagging><TagSet>${elements.join('')}</TagSet></Tagging>`
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const untagged = xmlOf([])
