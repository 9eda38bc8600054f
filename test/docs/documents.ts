import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** A document of the repository, by its path from the root. */
export const documentAt = (path: string): string => readFileSync(`${root}${path}`, 'utf8')

/** All documents that people read, including the decisions. */
export const documentPaths: readonly string[] = ['*.md', 'docs/**/*.md', 'test/**/*.md']
  .flatMap((pattern) => globSync(pattern, { cwd: root }))
  .toSorted()

/** The code blocks in one language. */
export const blocksOf = (text: string, language: string): string[] =>
  [...text.matchAll(/^ *```(\w+)\n(.*?)^ *```$/gms)].flatMap(([, found, block = '']) =>
    found === language ? [block] : [],
  )

/** The text without code blocks and code spans, in which brackets are not links. */
export const proseOf = (text: string): string => text.replaceAll(/^ *```.*?^ *```$/gms, '').replaceAll(/`[^`\n]*`/g, '')
