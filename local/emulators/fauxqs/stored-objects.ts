import type { S3Store } from '../../../node_modules/fauxqs/dist/s3/s3Store.js'
import type { AtomicS3Files } from './atomic-s3-files.ts'
import type { ObjectTags } from './object-tags.ts'
import { type ObjectVersions, versionIdOf } from './object-versions.ts'

/** One line of a list of versions. A delete marker has neither size nor ETag. */
export interface ListedVersion {
  readonly key: string
  readonly versionId: string
  readonly isLatest: boolean
  readonly lastModified: Date
  readonly object?: { readonly size: number; readonly etag: string }
}

export interface StoredObjectsParts {
  readonly store: S3Store
  readonly files: AtomicS3Files
  readonly tags: ObjectTags
  readonly versions: ObjectVersions
}

/** What the guard knows about S3 objects beyond what fauxqs serves: whether they exist, their tags and their versions. */
export class StoredObjects {
  readonly tags: ObjectTags
  readonly #store: S3Store
  readonly #files: AtomicS3Files
  readonly #versions: ObjectVersions

  constructor({ store, files, tags, versions }: StoredObjectsParts) {
    this.#store = store
    this.#files = files
    this.tags = tags
    this.#versions = versions
  }

  exists(bucket: string, key: string): boolean {
    return this.#files.hasObject(bucket, key)
  }

  /** @returns the versions and markers of the objects below a prefix, by key and then newest first, as S3 lists them */
  listVersions(bucket: string, prefix: string): ListedVersion[] {
    const current = this.#current(bucket, prefix).map(({ key, contentLength: size, ...object }) => ({
      ...{ key, versionId: versionIdOf(object), isLatest: true, lastModified: object.lastModified },
      object: { size, etag: object.etag },
    }))
    const known = new Set(current.map(({ key }) => key))
    const old = this.#versions.below(bucket, prefix).map(({ metadata, ...version }): ListedVersion => {
      const isLatest = !known.has(version.key)
      known.add(version.key)
      return {
        ...version,
        isLatest,
        ...(metadata && { object: { size: metadata.contentLength, etag: metadata.etag } }),
      }
    })
    // Sorting is stable, so the versions of a key stay in their order.
    return [...current, ...old].toSorted((one, other) => (one.key < other.key ? -1 : Number(one.key > other.key)))
  }

  /** Removes one version for ever. If it was the current one, the one below it becomes current. */
  removeVersion(bucket: string, key: string, versionId: string): void {
    const [current] = this.#current(bucket, key).filter((object) => object.key === key)
    if (current && versionIdOf(current) === versionId) {
      const before = new Set(this.#versions.of(bucket, key).map((version) => version.versionId))
      this.#store.deleteObject(bucket, key)
      // In a bucket with versions, this kept the version and added a marker.
      for (const added of this.#versions.of(bucket, key))
        if (!before.has(added.versionId)) this.#versions.remove(bucket, added)
    } else if (this.#versions.of(bucket, key).some((version) => version.versionId === versionId))
      this.#versions.remove(bucket, { key, versionId })
    const [newest] = this.#versions.of(bucket, key)
    if (!newest?.metadata || this.exists(bucket, key)) return
    this.#store.restoreObject(bucket, this.#files.restore(bucket, newest))
  }

  #current(bucket: string, prefix: string) {
    const { objects } = this.#store.hasBucket(bucket)
      ? this.#store.listObjects(bucket, { prefix, maxKeys: Number.POSITIVE_INFINITY })
      : { objects: [] }
    return objects
  }
}
