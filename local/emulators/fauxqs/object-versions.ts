import { createHash, randomBytes } from 'node:crypto'
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { systemCode } from '../../common/errors.ts'

/** The part of fauxqs's metadata of an object that identifies a version. Other fields are kept as they are. */
const metadataSchema = z.looseObject({
  key: z.string(),
  etag: z.string(),
  contentLength: z.number(),
  lastModified: z.coerce.date(),
})
export type VersionMetadata = z.infer<typeof metadataSchema>

/** A delete marker has no metadata. */
export interface ObjectVersion {
  readonly key: string
  readonly versionId: string
  readonly lastModified: Date
  readonly metadata?: VersionMetadata
}

/**
 * The id of a version, whether it is the current one or an old one. Two versions share an id only if the same bytes were
 * stored twice within a millisecond, so nothing is lost.
 */
export const versionIdOf = ({ lastModified, etag }: Pick<VersionMetadata, 'lastModified' | 'etag'>): string =>
  `${lastModified.getTime()}-${etag.replaceAll('"', '')}`

const markerStart = 'marker-'

/**
 * The old versions and the delete markers of S3 objects, which fauxqs does not have. Each object has a folder, and each
 * version a file with its metadata and one with its bytes. fauxqs itself stores the current version.
 */
export class ObjectVersions {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
    mkdirSync(folder, { recursive: true })
  }

  /** Keeps the version in these files, which are about to be replaced or removed. There may be none. */
  keep(bucket: string, key: string, files: { readonly data: string; readonly metadata: string }): void {
    if (!existsSync(files.metadata)) return
    const metadata = metadataSchema.parse(JSON.parse(readFileSync(files.metadata, 'utf8')))
    const file = join(this.#folderOf(bucket, key), versionIdOf(metadata))
    // The bytes come first, because a version exists as soon as its metadata exists.
    rmSync(`${file}.data`, { force: true })
    linkSync(files.data, `${file}.data`)
    this.#write(`${file}.json`, metadata)
  }

  addMarker(bucket: string, key: string): void {
    const versionId = `${markerStart}${randomBytes(8).toString('hex')}`
    this.#write(join(this.#folderOf(bucket, key), `${versionId}.json`), { key, lastModified: new Date() })
  }

  /** @returns the old versions and markers of an object, newest first */
  of(bucket: string, key: string): ObjectVersion[] {
    return this.#in(this.#folderOf(bucket, key, false))
  }

  /** @returns the old versions and markers of all objects whose keys start with this prefix */
  below(bucket: string, prefix: string): ObjectVersion[] {
    const folder = join(this.#folder, bucket)
    const all = existsSync(folder) ? readdirSync(folder).flatMap((name) => this.#in(join(folder, name))) : []
    return all.filter(({ key }) => key.startsWith(prefix))
  }

  /** @returns the file with the bytes of an old version */
  dataOf(bucket: string, { key, versionId }: ObjectVersion): string {
    return join(this.#folderOf(bucket, key), `${versionId}.data`)
  }

  /** Removes an old version or a marker for ever. */
  remove(bucket: string, { key, versionId }: Pick<ObjectVersion, 'key' | 'versionId'>): void {
    const folder = this.#folderOf(bucket, key, false)
    for (const extension of ['.json', '.data']) rmSync(join(folder, versionId + extension), { force: true })
    try {
      rmdirSync(folder)
    } catch (error) {
      if (!['ENOTEMPTY', 'ENOENT', 'EEXIST'].includes(systemCode(error) ?? '')) throw error
    }
  }

  #in(folder: string): ObjectVersion[] {
    if (!existsSync(folder)) return []
    const files = readdirSync(folder).filter((name) => name.endsWith('.json'))
    return files.map((file) => versionIn(folder, file)).toSorted(newestFirst)
  }

  #write(file: string, content: object): void {
    writeFileSync(`${file}.new`, JSON.stringify(content))
    renameSync(`${file}.new`, file)
  }

  /** A key may be too long for a file name. */
  #folderOf(bucket: string, key: string, create = true): string {
    const folder = join(this.#folder, bucket, createHash('sha256').update(key).digest('hex'))
    if (create) mkdirSync(folder, { recursive: true })
    return folder
  }
}

const versionIn = (folder: string, file: string): ObjectVersion => {
  const versionId = file.slice(0, -'.json'.length)
  const content: unknown = JSON.parse(readFileSync(join(folder, file), 'utf8'))
  if (versionId.startsWith(markerStart)) return { ...markerSchema.parse(content), versionId }
  const metadata = metadataSchema.parse(content)
  return { key: metadata.key, versionId, lastModified: metadata.lastModified, metadata }
}

const markerSchema = z.object({ key: z.string(), lastModified: z.coerce.date() })

/** A marker is newer than the version that was stored in the same millisecond and that it hides. */
const newestFirst = (one: ObjectVersion, other: ObjectVersion): number =>
  other.lastModified.getTime() - one.lastModified.getTime() ||
  Number(one.metadata !== undefined) - Number(other.metadata !== undefined)
