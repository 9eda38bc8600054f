import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import { type Encoding, encodings } from '../shared/page/encoding.ts'

/** A file of the built page. Its content is read when it is first needed, and then kept in memory. */
export interface PageFile {
  readonly contentType: string
  /** The encodings in which the file exists besides `identity`. */
  readonly available: ReadonlySet<Encoding>
  /** The content in this encoding, in base64. */
  content(encoding: Encoding): string
  /** The same for all encodings, and therefore weak (RFC 9110 section 8.8.3). */
  etag(): string
}

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
}

const suffixes: Readonly<Record<Encoding, string>> = { br: '.br', gzip: '.gz', identity: '' }
const isCompressed = (path: string): boolean => path.endsWith(suffixes.br) || path.endsWith(suffixes.gzip)

/**
 * Lists the files of the built page. Only listed files can be served, so a path in a request never reaches the file
 * system.
 *
 * @param folder the files, with their compressed copies `<name>.br` and `<name>.gz` next to them
 * @returns the files by their path in the folder, with `/` as the separator
 * @throws Error if the type of a file is not known, because a browser would not use it
 */
export const pageFiles = (folder: string): ReadonlyMap<string, PageFile> => {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
  const all = new Set(paths)
  return new Map(
    paths.filter((path) => !isCompressed(path)).map((path) => [path, pageFile(folder, path, availableFor(path, all))]),
  )
}

const availableFor = (path: string, all: ReadonlySet<string>): ReadonlySet<Encoding> =>
  new Set(encodings.filter((encoding) => all.has(`${path}${suffixes[encoding]}`)))

const pageFile = (folder: string, path: string, available: ReadonlySet<Encoding>): PageFile => {
  const contentType = contentTypes[extname(path)]
  if (contentType === undefined) throw new Error(`The page contains ${path}, whose content type is not known.`)
  const contents = new Map<Encoding, string>()
  let etag: string | undefined
  return {
    contentType,
    available,
    content: (encoding) => {
      const known = contents.get(encoding)
      if (known !== undefined) return known
      const content = readFileSync(join(folder, `${path}${suffixes[encoding]}`)).toString('base64')
      contents.set(encoding, content)
      return content
    },
    etag: () => {
      etag ??= `W/"${createHash('sha256')
        .update(readFileSync(join(folder, path)))
        .digest('base64url')
        .slice(0, 22)}"`
      return etag
    },
  }
}
