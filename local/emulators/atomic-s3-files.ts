import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { FileS3Persistence } from '../../node_modules/fauxqs/dist/s3/fileS3Persistence.js'

type S3Object = Parameters<FileS3Persistence['upsertObject']>[1]

/**
 * S3 objects as plain files that a `kill -9` cannot tear. fauxqs writes an object in place, body first: killed in
 * between, it reads half an object at the next start or none of the bucket. Here the object is written to the side by
 * fauxqs' own code and both files are renamed into place.
 */
export class AtomicS3Files extends FileS3Persistence {
  readonly #folder: string
  readonly #side: FileS3Persistence
  readonly #sideFolder: string
  readonly #sideBuckets = new Set<string>()

  constructor(folder: string) {
    super(folder)
    this.#folder = folder
    this.#sideFolder = join(folder, '_writing')
    // Whatever was being written when the last process ended was never acknowledged.
    rmSync(this.#sideFolder, { recursive: true, force: true })
    this.#side = new FileS3Persistence(this.#sideFolder)
  }

  override upsertObject(bucket: string, object: S3Object): void {
    if (!this.#sideBuckets.has(bucket)) {
      this.#side.insertBucket(bucket, new Date(0), 'general-purpose')
      this.#sideBuckets.add(bucket)
    }
    this.#side.upsertObject(bucket, object)
    const from = join(this.#sideFolder, 'buckets', bucket, 'objects')
    const into = join(this.#folder, 'buckets', bucket, 'objects')
    for (const file of files(from, '')) {
      mkdirSync(dirname(join(into, file)), { recursive: true })
      renameSync(join(from, file), join(into, file))
    }
    // The folders of the key's slashes would pile up.
    rmSync(from, { recursive: true })
  }

  override insertMultipartUpload(upload: Parameters<FileS3Persistence['insertMultipartUpload']>[0]): void {
    const from = join(this.#sideFolder, '_multipart', upload.uploadId)
    this.#side.insertMultipartUpload(upload)
    renameSync(from, join(this.#folder, '_multipart', upload.uploadId))
  }

  override upsertMultipartPart(uploadId: string, part: Parameters<FileS3Persistence['upsertMultipartPart']>[1]): void {
    this.#side.upsertMultipartPart(uploadId, part)
    const from = join(this.#sideFolder, '_multipart', uploadId, 'parts')
    for (const file of files(from, '')) {
      renameSync(join(from, file), join(this.#folder, '_multipart', uploadId, 'parts', file))
    }
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

/** Files below a folder, bodies before their `.meta.json`: an object exists from the moment its metadata does. */
function files(folder: string, below: string): string[] {
  const found: string[] = []
  for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
    const path = join(below, entry.name)
    found.push(...(entry.isDirectory() ? files(folder, path) : [path]))
  }
  return found.sort((a, b) => Number(a.endsWith('.meta.json')) - Number(b.endsWith('.meta.json')))
}
