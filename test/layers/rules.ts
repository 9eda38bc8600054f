import { type Import, isFile } from './import-graph.ts'

/**
 * The folders that each folder may import besides itself. biome.json has the same rules for the editor. These rules
 * also cover imports that a pattern cannot match. Both exist so that a loosened rule in one of them is noticed.
 */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  lib: [],
  // functions/docs serves the published document.
  functions: ['lib/', 'docs/openapi.json'],
  // The gateway has the routes of the published document.
  cdk: ['functions/environment.ts', 'lib/tables/tables.ts', 'docs/openapi.json'],
  cli: ['lib/'],
  local: [],
  demo: ['local/', 'cli/', 'test/mail-server/', 'test/oauth2-server/', 'lib/mailbox/account-type.ts'],
}

export const wrongDirections = (imports: readonly Import[]): string[] =>
  imports
    .filter(({ from, to }) => {
      const [layer = ''] = from.split('/')
      if (!isFile(to) || !(layer in mayImport)) return false
      if (layer === 'functions' && !functionsMeetOnlyInShared(from, to)) return true
      return !to.startsWith(`${layer}/`) && !(mayImport[layer] ?? []).some((allowed) => to.startsWith(allowed))
    })
    .map(({ from, to }) => `${from} imports ${to}`)

/** Functions do not import each other. Shared code is in functions/shared or in lib. */
const functionsMeetOnlyInShared = (from: string, to: string): boolean => {
  if (!to.startsWith('functions/') || to === 'functions/environment.ts' || to.startsWith('functions/shared/'))
    return true
  return to.split('/')[1] === from.split('/')[1]
}

/** These packages are not clients of a service. They are vocabulary, types and small helpers that any file may use. */
const commonPackages = new Set(['zod', 'p-limit', 'ulid', 'aws-lambda', '@middy/core'])

/** The packages with exactly one owner in lib or in functions, so that replacing one of them changes one file. */
export const sharedClients = (imports: readonly Import[]): string[] => {
  const owners = new Map<string, Set<string>>()
  for (const { from, to } of imports) {
    const [layer = ''] = from.split('/')
    // A composition root creates the clients that their owners in lib use.
    if (!['lib', 'functions'].includes(layer) || compositionRoot.test(from)) continue
    if (isFile(to) || to.startsWith('node:') || commonPackages.has(to)) continue
    const key = `${to} in ${layer}`
    owners.set(key, (owners.get(key) ?? new Set()).add(from))
  }
  return [...owners]
    .filter(([, files]) => files.size > 1)
    .map(([key, files]) => `${key}: ${[...files].sort().join(', ')}`)
}

const compositionRoot = /^functions\/[^/]+\/index\.ts$/

/**
 * Only the folders for mail servers and authorization servers open sockets. AWS is accessed through the SDK's clients.
 */
export const strayingSockets = (imports: readonly Import[]): string[] =>
  imports
    .filter(({ from, to }) => /^(lib|functions)\//.test(from) && !socketFolders.test(from) && sockets.has(to))
    .map(({ from, to }) => `${from} imports ${to}`)

const socketFolders = /^lib\/(network|mailbox|oauth2\/authorization)\//

const sockets = new Set(['node:net', 'node:tls', 'node:dns', 'node:http', 'node:https', 'node:http2', 'node:dgram'])

const environmentReader = 'functions/environment.ts'

/**
 * A variable that is read deep inside the code is a hidden setting. Functions read their variables at cold start. lib and
 * cdk read none.
 */
export const strayingEnvironment = (files: ReadonlyMap<string, string>): string[] =>
  [...files]
    .filter(
      ([file, text]) => /^(lib|functions|cdk)\//.test(file) && file !== environmentReader && readsEnvironment(text),
    )
    .map(([file]) => file)

const readsEnvironment = (text: string): boolean =>
  /\bprocess\s*(\.\s*env\b|\[)|\benv\b[^}]*\}\s*=\s*process\b|import\s*\{[^}]*\benv\b[^}]*\}\s*from 'node:process'/.test(
    text.replace(/^\s*(\/\/|\*|\/\*).*$/gm, ''),
  )

/** Only lib/redaction hides secrets. A second implementation would miss secrets that the first one finds. */
export const strayingRedaction = (files: ReadonlyMap<string, string>, imports: readonly Import[]): string[] => [
  ...[...files]
    .filter(([file, text]) => !file.startsWith('lib/redaction/') && replacesSecret.test(text))
    .map(([file]) => `${file} replaces a secret`),
  ...imports
    .filter(
      ({ from, to }) =>
        !from.startsWith('lib/redaction/') && to.startsWith('lib/redaction/') && to !== redactionEntrance,
    )
    .map(({ from, to }) => `${from} imports ${to}`),
]

const redactionEntrance = 'lib/redaction/redaction.ts'
const replacesSecret = /\.(replace|replaceAll|split)\(\s*[\w.#]*(password|secret|credential|token)\w*\s*[,)]/i

/** The named import `{ z }` puts every locale into a bundle: 454 KB instead of 85 KB. */
export const namedZod = (files: ReadonlyMap<string, string>): string[] =>
  [...files].filter(([, text]) => /^import (type )?\{[^}]*\} from 'zod'/m.test(text)).map(([file]) => file)
