import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

export interface Import {
  /** The path of the importing file from the root. */
  readonly from: string
  /** The path of the imported file from the root, or the name of a package (`@scope/name`, `node:net`). */
  readonly to: string
}

/** Biome keeps every import at the start of a line and in single quotes, so a parser is not needed. */
const importPatterns = [
  /^(?:import|export)\b[^'"`;]*?\bfrom\s+'([^']+)'/gm,
  /^import\s+'([^']+)'/gm,
  /\bimport\('([^']+)'\)/g,
  /\bnew URL\('([^']+\.m?[jt]s)', import\.meta\.url\)/g,
]

export const sourceFiles = (root: string, folders: readonly string[]): Map<string, string> =>
  new Map(
    folders
      .flatMap((folder) =>
        readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
      )
      .filter((file) => /\.m?tsx?$|\.mjs$/.test(file) && !/(^|\/)(node_modules|dist)\//.test(file))
      .sort()
      .map((file) => [file, readFileSync(join(root, file), 'utf8')]),
  )

const typeImport = /^(?:import|export) type\b[^'"`;]*?\bfrom\s+'[^']+'/gm

/** @returns the same files without type-only imports, which load nothing at run time */
export const withoutTypeImports = (files: ReadonlyMap<string, string>): Map<string, string> =>
  new Map([...files].map(([file, text]) => [file, text.replace(typeImport, '')]))

export const importsOf = (files: ReadonlyMap<string, string>): Import[] =>
  [...files].flatMap(([from, text]) =>
    importPatterns
      .flatMap((pattern) => [...text.matchAll(pattern)])
      .map(([, specifier = '']) => ({ from, to: targetOf(from, specifier) })),
  )

const targetOf = (from: string, specifier: string): string =>
  specifier.startsWith('.')
    ? normalize(join(dirname(from), specifier))
    : specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')

export const isFile = (target: string): boolean => /\.(m?tsx?|mjs|json|css|svg)$/.test(target)

/** @returns one cycle through each group of names that reach each other, for example `a → b → a` */
export const circlesIn = (edges: readonly Import[]): string[] => {
  const next = new Map<string, Set<string>>()
  for (const { from, to } of edges) if (from !== to) next.set(from, (next.get(from) ?? new Set()).add(to))
  const circles: string[] = []
  const done = new Set<string>()
  const walk = (name: string, path: readonly string[]): void => {
    if (path.includes(name)) circles.push([...path.slice(path.indexOf(name)), name].join(' → '))
    if (path.includes(name) || done.has(name)) return
    for (const to of next.get(name) ?? []) walk(to, [...path, name])
    done.add(name)
  }
  for (const name of next.keys()) walk(name, [])
  return circles
}

/**
 * Converts imports between files to imports between folders, relative to the folder that contains both:
 * `lib/mailbox/imap/x.ts → lib/accounts/y.ts` becomes `lib/mailbox → lib/accounts`. Imports between a folder and its
 * own subfolders are not counted.
 */
export const betweenFolders = (imports: readonly Import[]): Import[] =>
  imports.flatMap(({ from, to }) => {
    const [a, b] = [dirname(from).split('/'), dirname(to).split('/')]
    const fork = a.findIndex((name, depth) => name !== b[depth])
    if (fork === -1 || fork >= b.length) return []
    return [{ from: a.slice(0, fork + 1).join('/'), to: b.slice(0, fork + 1).join('/') }]
  })
