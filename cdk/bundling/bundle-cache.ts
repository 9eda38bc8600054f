import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'

/** The content of files by name. */
export type BundleFiles = Readonly<Record<string, string>>

export interface CachedBundle {
  /** The project's folder. */
  readonly root: string
  readonly name: string
  /** Everything besides the content of files that affects the bundle. */
  readonly recipe: string
}

/** These files decide which file an import means. */
const resolution = ['package-lock.json', 'tsconfig.json']

const entrySchema = z.object({
  recipe: z.string(),
  /** Hashes by path. */
  inputs: z.record(z.string(), z.string()),
  files: z.record(z.string(), z.string()),
})

/**
 * Returns the bundle of the last time if no file has changed from which it was made, and otherwise makes it again. Most
 * changes affect only a few functions.
 *
 * @param make makes the bundle and returns the paths of its sources, relative to the project's folder
 */
export const cachedBundle = (
  { root, name, recipe }: CachedBundle,
  make: () => { readonly files: BundleFiles; readonly inputs: readonly string[] },
): BundleFiles => {
  const folder = join(root, 'node_modules', '.cache', 'postmaster-bundles')
  const entryFile = join(folder, `${name}.json`)
  const known = readEntry(entryFile)
  if (known?.recipe === recipe && Object.entries(known.inputs).every(([path, hash]) => hashOf(root, path) === hash))
    return known.files
  const { files, inputs } = make()
  const hashes = Object.fromEntries([...inputs, ...resolution].map((path) => [path, hashOf(root, path)]))
  mkdirSync(folder, { recursive: true })
  // Another process may read or replace the entry at the same time.
  const draft = `${entryFile}.${process.pid}`
  writeFileSync(draft, JSON.stringify({ recipe, inputs: hashes, files }))
  renameSync(draft, entryFile)
  return files
}

/** @returns undefined if there is no entry, or none that this version has written */
const readEntry = (path: string): z.infer<typeof entrySchema> | undefined => {
  const text = contentOf(path)?.toString()
  if (text === undefined) return undefined
  try {
    return entrySchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** The functions share most of their sources, so each file is read only once in a synthesis. */
const hashes = new Map<string, string>()

const hashOf = (root: string, path: string): string => {
  const full = join(root, path)
  const hash =
    hashes.get(full) ??
    createHash('sha256')
      .update(contentOf(full) ?? 'missing')
      .digest('base64')
  hashes.set(full, hash)
  return hash
}

const contentOf = (path: string): Buffer | undefined => {
  try {
    return readFileSync(path)
  } catch {
    return undefined
  }
}
