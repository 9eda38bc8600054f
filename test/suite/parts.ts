import { globSync } from 'node:fs'
import { type Import, importsOf, sourceFiles, withoutTypeImports } from '../layers/import-graph.ts'

/**
 * The parts of the suite. Each test file is in exactly one:
 *
 * - `nightly`: files named `*.nightly.test.ts`, for tests that are slow and rarely break. `npm run test:nightly` runs
 *   them.
 * - `quick`: files whose imports do not lead to a server, process or browser. `npm run test:quick` runs them.
 * - `full`: all others. `npm test` runs them together with the quick ones.
 *
 * The name and the imports of a file determine its part, so files are not registered anywhere.
 */
export type Part = 'quick' | 'full' | 'nightly'

/** The modules that start servers, processes or browsers, or that synthesise templates, which takes seconds. */
const heavyPackages = new Set([
  ...['node:child_process', 'node:http', 'node:https', 'node:net', 'node:tls', 'node:worker_threads'],
  ...['dynalite', 'fauxqs', 'oidc-provider', 'playwright-core', 'aws-cdk-lib', 'esbuild'],
])

/**
 * In the folders whose code runs in a deployed function or calls a deployment, network modules are only clients. A test
 * would have to start their servers.
 */
const startsThings = (file: string): boolean => !/^(lib|functions|cli|verify)\//.test(file)

const folders = ['cdk', 'cli', 'demo', 'docs', 'functions', 'lib', 'local', 'test', 'verify']

/** The part of each test file, by its path from the root. */
export const partsOf = (root: string): ReadonlyMap<string, Part> => {
  const heavy = heavyFiles(sourceFiles(root, folders))
  const tests = globSync('test/**/*.test.ts', { cwd: root }).sort()
  return new Map(tests.map((file) => [file, partOf(file, heavy)]))
}

const partOf = (file: string, heavy: ReadonlySet<string>): Part =>
  file.endsWith('.nightly.test.ts') ? 'nightly' : heavy.has(file) ? 'full' : 'quick'

/** The files that import a heavy package, directly or through other files. */
export const heavyFiles = (files: ReadonlyMap<string, string>): ReadonlySet<string> => {
  const imports = importsOf(withoutTypeImports(files))
  return importersOf(
    imports,
    imports.filter(({ from, to }) => startsThings(from) && heavyPackages.has(to)).map(({ from }) => from),
  )
}

/** The test files of `npm test` that use tables, and do not test the helper itself. */
export const tableTests = (root: string): string[] => {
  const helper = 'test/support/dynamo.ts'
  const users = importersOf(importsOf(withoutTypeImports(sourceFiles(root, folders))), [helper])
  return [...partsOf(root)]
    .filter(([file, part]) => part !== 'nightly' && users.has(file) && file !== helper.replace('.ts', '.test.ts'))
    .map(([file]) => file)
}

/** The files that import one of the given files, directly or through other files, and the given files. */
const importersOf = (imports: readonly Import[], imported: readonly string[]): ReadonlySet<string> => {
  const found = new Set(imported)
  for (let size = -1; size !== found.size; ) {
    size = found.size
    for (const { from, to } of imports) if (found.has(to)) found.add(from)
  }
  return found
}
