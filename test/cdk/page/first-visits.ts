import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import type { PageBuild } from '../../../cdk/page/build-page.ts'

const manifestSchema = z.record(
  z.string(),
  z.object({
    file: z.string(),
    isDynamicEntry: z.boolean().optional(),
    imports: z.array(z.string()).default([]),
    css: z.array(z.string()).default([]),
  }),
)
type Manifest = z.infer<typeof manifestSchema>

export interface FirstVisit {
  /** Bytes of JavaScript as a browser receives them, in Brotli. */
  readonly script: number
  readonly style: number
  /** The number of files, without the document and its icon. */
  readonly files: number
}

/** What a browser with an empty cache loads for each part of the page that is loaded on demand, by the part's source. */
export const firstVisits = ({ files, manifest }: PageBuild): ReadonlyMap<string, FirstVisit> => {
  const chunks = manifestSchema.parse(JSON.parse(readFileSync(manifest, 'utf8')))
  const parts = Object.keys(chunks).filter((key) => chunks[key]?.isDynamicEntry === true)
  return new Map(parts.map((part) => [part, visitOf(files, filesFor(chunks, ['index.html', part]))]))
}

const visitOf = (folder: string, paths: ReadonlySet<string>): FirstVisit => {
  const bytesOf = (extension: string) =>
    [...paths].filter((path) => path.endsWith(extension)).reduce((sum, path) => sum + receivedBytes(folder, path), 0)
  return { script: bytesOf('.js'), style: bytesOf('.css'), files: paths.size }
}

/** A file that compression does not make smaller has no compressed copy. */
const receivedBytes = (folder: string, path: string): number => {
  const compressed = join(folder, `${path}.br`)
  return statSync(existsSync(compressed) ? compressed : join(folder, path)).size
}

const filesFor = (chunks: Manifest, entries: readonly string[]): ReadonlySet<string> => {
  const keys = new Set(entries)
  for (const key of keys) for (const imported of chunks[key]?.imports ?? []) keys.add(imported)
  return new Set([...keys].flatMap((key) => [...(chunks[key] ? [chunks[key].file, ...chunks[key].css] : [])]))
}
