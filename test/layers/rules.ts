import { type Import, isFile } from './import-graph.ts'

/**
 * The folders that each folder may import besides itself. biome.json has the same rules for the editor. These rules
 * also cover imports that a pattern cannot match. Both exist so that a loosened rule in one of them is noticed.
 */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  lib: [],
  // functions/docs serves the published documents.
  functions: ['lib/', 'docs/openapi.json', 'docs/events.schema.json', 'docs/webhook.schema.json'],
  // The gateway has the routes of the published document.
  cdk: ['functions/environment.ts', 'lib/tables/tables.ts', 'docs/openapi.json'],
  cli: ['lib/'],
  local: [],
  demo: ['local/', 'cli/', 'test/mail-server/', 'test/oauth2-server/', 'lib/mailbox/account-type.ts'],
  // The command for operators is a client of the API that also calls AWS. It knows the announcements and their description.
  verify: ['cli/', 'lib/', 'docs/events.schema.json'],
  // The page is a client of the API. It knows only the types that are generated from the API's description.
  web: [],
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

/**
 * The rooms of a layer, floor by floor. A room imports only rooms of lower floors, so each room is understood without
 * those above it. For example, the mail protocols do not depend on accounts, and the terminal does not depend on the
 * API.
 */
const floors: Readonly<Record<string, readonly (readonly string[])[]>> = {
  lib: [
    ['text', 'reasons', 'redaction'],
    ['network', 'notifications', 'requests', 'secrets', 'tables'],
    ['mailbox', 'audit', 'session'],
    ['changes'],
    ['accounts'],
    ['runs', 'queues'],
    ['messages'],
    ['schedule', 'dispatching', 'handover'],
    ['oauth2'],
    ['connection-tests', 'erasing', 'fetching', 'quarantine'],
    ['overview'],
  ],
  cli: [
    ['terminal'],
    ['api'],
    ['accounts', 'deliver', 'dispatching', 'fetch', 'handover', 'login', 'messages', 'oauth2', 'runs'],
  ],
  local: [['common'], ['assembly', 'emulators'], ['lambda', 'policies'], ['http-api', 'provisioning', 'triggers']],
  verify: [['report'], ['aws', 'mailbox'], ['steps']],
  // Above them are the screens and the frame around them.
  web: [['session', 'vite'], ['api'], ['shared']],
}

/** The layers in which all other rooms are on one more floor, where rooms may import each other, but not in a circle. */
const openTop = new Set(['web'])

/** Files directly in a layer's folder are above all of its rooms. */
const roomOf = (file: string): { readonly layer: string; readonly room: string | undefined } => {
  const [layer = '', room = '', ...rest] = file.split('/')
  return { layer, room: rest.length === 0 ? undefined : room }
}

export const wrongFloors = (imports: readonly Import[]): string[] =>
  imports
    .filter(({ from, to }) => {
      const [one, other] = [roomOf(from), roomOf(to)]
      const storeys = floors[one.layer]
      if (!isFile(to) || storeys === undefined || one.layer !== other.layer || one.room === other.room) return false
      const top = openTop.has(one.layer) ? storeys.length : -1
      const floorOf = (room: string | undefined) => {
        if (room === undefined) return storeys.length + 1
        const floor = storeys.findIndex((rooms) => rooms.includes(room))
        return floor === -1 ? top : floor
      }
      const [importer, imported] = [floorOf(one.room), floorOf(other.room)]
      if (importer === -1 || imported === -1) return true
      return importer < imported || (importer === imported && importer !== top)
    })
    .map(({ from, to }) => `${from} imports ${to}`)

/** A longer list no longer shows where things are. */
const filesPerFolder = 15
/** A longer file has more than one subject. */
const linesPerFile = 300

export const crowdedPlaces = (files: ReadonlyMap<string, string>): string[] => {
  const folders = Map.groupBy(files.keys(), (file) => file.slice(0, file.lastIndexOf('/')))
  return [
    ...[...folders]
      .filter(([, inside]) => inside.length > filesPerFolder)
      .map(([folder, inside]) => `${folder} has ${inside.length} files`),
    ...[...files]
      // Type declarations are generated.
      .filter(([file]) => !file.endsWith('.d.ts'))
      .map(([file, text]) => ({ file, lines: text.trimEnd().split('\n').length }))
      .filter(({ lines }) => lines > linesPerFile)
      .map(({ file, lines }) => `${file} has ${lines} lines`),
  ]
}

/**
 * The sources have one dialect: functions are arrow constants, and private members are named with `#`. A constructor
 * cannot be named with `#`, and only a function declaration can be a generator or an assertion.
 */
export const otherDialects = (files: ReadonlyMap<string, string>): string[] =>
  [...files]
    .filter(([file]) => !file.endsWith('.d.ts'))
    .flatMap(([file, text]) =>
      [...text.matchAll(dialectPattern)].map(([found]) => `${file} uses \`${found.trim().split(' ')[0]}\``),
    )

const dialectPattern =
  /^\s*(?:export )?(?:async )?function \w+\s*[<(](?!.*\): (?:asserts|never)\b)|^\s+private (?!constructor\b)/gm

/** Functions do not import each other. Shared code is in functions/shared or in lib. */
const functionsMeetOnlyInShared = (from: string, to: string): boolean => {
  if (!to.startsWith('functions/') || to === 'functions/environment.ts' || to.startsWith('functions/shared/'))
    return true
  return to.split('/')[1] === from.split('/')[1]
}

/**
 * The page may import only its own packages, so that no package of the functions reaches a browser. Only the build of
 * the page uses Node.js.
 */
export const strangersInPage = (imports: readonly Import[], ownPackages: ReadonlySet<string>): string[] =>
  imports
    .filter(({ from, to }) => from.startsWith('web/') && !isFile(to) && !ownPackages.has(to))
    .filter(({ from, to }) => !(to.startsWith('node:') && /^web\/vite[./]/.test(from)))
    .map(({ from, to }) => `${from} imports ${to}`)

/** The licence of these packages, AGPL-3.0, does not fit a product under Apache-2.0. Tests are not a part of the product. */
const onlyForTests = /^@cloud-copilot\//

export const testPackagesInProduct = (imports: readonly Import[]): string[] =>
  imports
    .filter(({ from, to }) => !from.startsWith('test/') && onlyForTests.test(to))
    .map(({ from, to }) => `${from} imports ${to}`)

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
