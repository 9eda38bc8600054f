import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { FileS3Persistence } from '../../../node_modules/fauxqs/dist/s3/fileS3Persistence.js'
import { systemCode } from '../../common/errors.ts'
import type { ObjectTags } from './object-tags.ts'
import type { ObjectVersion, ObjectVersions } from './object-versions.ts'

type S3Object = Parameters<FileS3Persistence['upsertObject']>[1]

/**
 * Stores S3 objects as plain files that are never half written, even after `kill -9`. fauxqs writes an object in place,
 * body first. If it is killed in between, its next start reads half an object or fails to read the bucket. This class
 * uses fauxqs's own code to write the object to a separate folder, and then renames both files into place.
 *
 * In a bucket with versions, it keeps what it replaces or deletes.
 */
export class AtomicS3Files extends FileS3Persistence {
  readonly #folder: string
  readonly #tags: ObjectTags
  readonly #versions: ObjectVersions
  readonly #versioned = new Set<string>()
  readonly #side: FileS3Persistence
  readonly #sideFolder: string
  readonly #sideBuckets = new Set<string>()

  constructor(folder: string, { tags, versions }: { readonly tags: ObjectTags; readonly versions: ObjectVersions }) {
    super(folder)
    this.#folder = folder
    this.#tags = tags
    this.#versions = versions
    this.#sideFolder = join(folder, '_writing')
    // Anything that was being written when the last process ended was never acknowledged.
    rmSync(this.#sideFolder, { recursive: true, force: true })
    this.#side = new FileS3Persistence(this.#sideFolder)
  }

  keepVersions(bucket: string): void {
    this.#versioned.add(bucket)
  }

  /** fauxqs itself can only list objects, which takes longer the more of them there are. */
  hasObject(bucket: string, key: string): boolean {
    return existsSync(join(this.#folder, 'buckets', bucket, 'objects', `${fileOf(key)}.meta.json`))
  }

  override upsertObject(bucket: string, object: S3Object): void {
    if (!this.#sideBuckets.has(bucket)) {
      this.#side.insertBucket(bucket, new Date(0), 'general-purpose')
      this.#sideBuckets.add(bucket)
    }
    this.#side.upsertObject(bucket, object)
    this.#tags.writeEnds(bucket, object.key)
    this.#keep(bucket, object.key)
    const from = join(this.#sideFolder, 'buckets', bucket, 'objects')
    const into = join(this.#folder, 'buckets', bucket, 'objects')
    // The body is moved first, because an object exists as soon as its metadata exists.
    for (const extension of ['.data', '.meta.json']) move(from, into, fileOf(object.key) + extension)
  }

  override deleteObject(bucket: string, key: string): void {
    this.#keep(bucket, key)
    super.deleteObject(bucket, key)
    this.#tags.remove(bucket, key)
    if (this.#versioned.has(bucket)) this.#versions.addMarker(bucket, key)
  }

  /** Makes an old version the current one, because the versions above it were removed. */
  restore(bucket: string, version: ObjectVersion): S3Object {
    const into = join(this.#folder, 'buckets', bucket, 'objects')
    const written = join(this.#sideFolder, 'restored.json')
    writeFileSync(written, JSON.stringify(version.metadata))
    mkdirSync(dirname(join(into, fileOf(version.key))), { recursive: true })
    renameSync(this.#versions.dataOf(bucket, version), join(into, `${fileOf(version.key)}.data`))
    renameSync(written, join(into, `${fileOf(version.key)}.meta.json`))
    this.#versions.remove(bucket, version)
    // `keep` read the metadata from a file that fauxqs wrote for an object.
    return { ...(version.metadata as object as S3Object), body: Buffer.alloc(0) }
  }

  #keep(bucket: string, key: string): void {
    if (!this.#versioned.has(bucket)) return
    const file = join(this.#folder, 'buckets', bucket, 'objects', fileOf(key))
    this.#versions.keep(bucket, key, { data: `${file}.data`, metadata: `${file}.meta.json` })
  }

  override insertMultipartUpload(upload: Parameters<FileS3Persistence['insertMultipartUpload']>[0]): void {
    const from = join(this.#sideFolder, '_multipart', upload.uploadId)
    this.#side.insertMultipartUpload(upload)
    renameSync(from, join(this.#folder, '_multipart', upload.uploadId))
  }

  override upsertMultipartPart(uploadId: string, part: Parameters<FileS3Persistence['upsertMultipartPart']>[1]): void {
    this.#side.upsertMultipartPart(uploadId, part)
    const from = join(this.#sideFolder, '_multipart', uploadId, 'parts')
    const into = join(this.#folder, '_multipart', uploadId, 'parts')
    for (const extension of ['.data', '.meta.json']) move(from, into, `${part.partNumber}${extension}`)
  }

  override insertBucket(...bucket: Parameters<FileS3Persistence['insertBucket']>): void {
    const [name, creationDate, type] = bucket
    const folder = join(this.#folder, 'buckets', name)
    mkdirSync(join(folder, 'objects'), { recursive: true })
    const written = join(this.#sideFolder, 'bucket.json')
    writeFileSync(written, JSON.stringify({ name, creationDate: creationDate.toISOString(), type }))
    renameSync(written, join(folder, '.bucket.json'))
  }
}

/**
 * The name of the file in which fauxqs stores a key. Slashes become folders, and characters that some systems do not
 * allow in names are encoded.
 */
const fileOf = (key: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a key may contain control characters
  key.replace(/[<>:"|?*\\%\x00-\x1f]/g, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`)

const move = (from: string, into: string, file: string): void => {
  try {
    renameSync(join(from, file), join(into, file))
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error
    mkdirSync(dirname(join(into, file)), { recursive: true })
    renameSync(join(from, file), join(into, file))
  }
}
