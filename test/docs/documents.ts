import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** A document of the repository, by its path from the root. */
export const documentAt = (path: string): string => readFileSync(`${root}${path}`, 'utf8')

/** What people read, decisions included. */
export const documentPaths: readonly string[] = ['*.md', 'docs/**/*.md', 'test/**/*.md']
  .flatMap((pattern) => globSync(pattern, { cwd: root }))
  .toSorted()

/** The blocks of one language. */
export const blocksOf = (text: string, language: string): string[] =>
  [...text.matchAll(/^ *```(\w+)\n(.*?)^ *```$/gms)].flatMap(([, found, block = '']) =>
    found === language ? [block] : [],
  )

/** Without its blocks and code, in which brackets are no links. */
export const proseOf = (text: string): string => text.replaceAll(/^ *```.*?^ *```$/gms, '').replaceAll(/`[^`\n]*`/g, '')
