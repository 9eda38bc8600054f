import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { LocalError } from './common/errors.ts'

/** The sources of the templates, the bundles and the admin page. The gateway gets its routes from the description of the API. */
const sources = [
  'cdk',
  'docs/openapi.json',
  'functions',
  'lib',
  'web',
  'cdk.json',
  'package-lock.json',
  'tsconfig.json',
]
/** The results of the installation and of the page's own build are not sources. */
const results = new Set(['node_modules', 'dist'])
const stampName = '.sources'
/** How long to wait for a synthesis by another process. */
const lockWaitMs = 180_000

/**
 * Creates `<root>/cdk.out` if the content of its sources has changed since it was created. Two processes that call this
 * at the same time synthesise only once.
 * @throws LocalError with the CDK's error line, or its last line of output, if the synthesis fails
 */
export const synthesiseWhenStale = async (root: string, onProgress: (text: string) => void): Promise<string> => {
  const assembly = join(root, 'cdk.out')
  if (isFresh(root, assembly)) return assembly
  const cache = join(root, 'node_modules', '.cache')
  mkdirSync(cache, { recursive: true })
  const lock = new DatabaseSync(join(cache, 'postmaster-synthesis.lock'), { timeout: lockWaitMs })
  try {
    lock.exec('BEGIN EXCLUSIVE')
    if (isFresh(root, assembly)) return assembly
    onProgress(
      'The templates, the bundles or the admin page are out of date. Synthesising them takes about fifteen seconds …',
    )
    const begun = performance.now()
    const stamp = fingerprint(root)
    await runCdk(root)
    writeFileSync(join(assembly, stampName), `${stamp} ${writtenAt(assembly)}`)
    onProgress(`Synthesised in ${((performance.now() - begun) / 1000).toFixed(1)} s.`)
    return assembly
  } finally {
    lock.close()
  }
}

const isFresh = (root: string, assembly: string): boolean => {
  if (!existsSync(join(assembly, 'manifest.json')) || !existsSync(join(assembly, stampName))) return false
  return readFileSync(join(assembly, stampName), 'utf8') === `${fingerprint(root)} ${writtenAt(assembly)}`
}

/** Changes when another `cdk synth`, perhaps of other sources, writes the assembly. */
const writtenAt = (assembly: string): number => statSync(join(assembly, 'manifest.json')).mtimeMs

const fingerprint = (root: string): string => {
  const hash = createHash('sha256')
  const add = (path: string): void => {
    const full = join(root, path)
    if (!existsSync(full)) return
    const entries = isFolder(full) ? readdirSync(full).sort() : undefined
    if (entries === undefined) hash.update(`${path}\0`).update(readFileSync(full))
    else for (const entry of entries) if (!results.has(entry)) add(join(path, entry))
  }
  for (const source of sources) add(source)
  return hash.digest('hex')
}

const isFolder = (path: string): boolean => statSync(path).isDirectory()

const runCdk = (root: string): Promise<void> => {
  const cdk = join(root, 'node_modules', 'aws-cdk', 'bin', 'cdk')
  if (!existsSync(cdk)) throw new LocalError('synthesis', `The CDK is not installed in ${root}. Run \`npm ci\`.`)
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cdk, 'synth', '--quiet'], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (said = (said + chunk).slice(-65_536)))
    child.on('error', (error) => reject(failed(error.message)))
    child.on('close', (code) => (code === 0 ? resolve() : reject(failed(lastWords(said)))))
  })
}

const lastWords = (said: string): string => {
  const lines = said
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('at '))
  return lines.find((line) => /error/i.test(line)) ?? lines.at(-1) ?? 'no reason given'
}

const failed = (reason: string): LocalError =>
  new LocalError(
    'synthesis',
    `The templates could not be synthesised (${reason}). Run \`npm run synth\` to see the full output.`,
  )
