import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import * as z from 'zod'
import { LocalError } from './common/errors.ts'

/**
 * The sources of the templates, the bundles and the admin page, and the files from which the CDK takes its context. The
 * gateway gets its routes from the description of the API, which /docs shows together with the schemas of the events.
 */
const sources = [
  'cdk',
  'docs/events.schema.json',
  'docs/openapi.json',
  'docs/webhook.schema.json',
  'functions',
  'lib',
  'web',
  'cdk.json',
  'cdk.context.json',
  join(homedir(), '.cdk.json'),
  'package-lock.json',
  'tsconfig.json',
]
/** The results of the installation and of the page's own build are not sources. */
const results = new Set(['node_modules', 'dist'])
/** The files of an assembly that the local run reads. They name the bundles after their content. */
const assemblyFile = /^(manifest|.+\.(template|assets))\.json$/
/** How long to wait for a synthesis by another process. */
const lockWaitMs = 180_000

const stampSchema = z.object({
  /** Hashes of the content of the sources and of the assembly. */
  sources: z.string(),
  assembly: z.string(),
  seconds: z.number(),
})
type Stamp = z.infer<typeof stampSchema>

/**
 * Creates `<root>/cdk.out` if the content of its sources or its own content has changed since it was created. Two
 * processes that call this at the same time synthesise only once.
 * @throws LocalError with the CDK's error line, or its last line of output, if the synthesis fails
 */
export const synthesiseWhenStale = async (root: string, onProgress: (text: string) => void): Promise<string> => {
  const assembly = join(root, 'cdk.out')
  const stampFile = join(assembly, '.sources')
  if (reasonToSynthesise(root, assembly, readStamp(stampFile)) === undefined) return assembly
  const cache = join(root, 'node_modules', '.cache')
  mkdirSync(cache, { recursive: true })
  const lock = new DatabaseSync(join(cache, 'postmaster-synthesis.lock'), { timeout: lockWaitMs })
  try {
    lock.exec('BEGIN EXCLUSIVE')
    const reason = reasonToSynthesise(root, assembly, readStamp(stampFile))
    if (reason === undefined) return assembly
    onProgress(`${reason} …`)
    const begun = performance.now()
    const sources = sourcesHash(root)
    await runCdk(root)
    const seconds = Math.ceil((performance.now() - begun) / 1000)
    const stamp: Stamp = { sources, assembly: assemblyHash(assembly), seconds }
    writeFileSync(stampFile, JSON.stringify(stamp))
    onProgress(`Built in ${seconds} s.`)
    return assembly
  } finally {
    lock.close()
  }
}

/** @returns what to tell the person who waits, or undefined if the assembly is up to date */
const reasonToSynthesise = (root: string, assembly: string, stamp: Stamp | undefined): string | undefined => {
  if (stamp === undefined)
    return 'Building the templates, functions and admin page, which takes about a minute the first time'
  const again = `Building again, which took ${stamp.seconds} s the last time`
  if (stamp.sources !== sourcesHash(root)) return `The sources have changed. ${again}`
  if (stamp.assembly !== assemblyHash(assembly)) return `Another synthesis has changed cdk.out. ${again}`
  return undefined
}

/** @returns undefined if there is no stamp, or none that this version has written */
const readStamp = (file: string): Stamp | undefined => {
  try {
    return stampSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return undefined
  }
}

const sourcesHash = (root: string): string => {
  const hash = createHash('sha256')
  const add = (path: string): void => {
    const full = resolve(root, path)
    if (!existsSync(full)) return
    const entries = statSync(full).isDirectory() ? readdirSync(full).sort() : undefined
    if (entries === undefined) hash.update(`${path}\0`).update(readFileSync(full))
    else for (const entry of entries) if (!results.has(entry)) add(join(path, entry))
  }
  for (const source of sources) add(source)
  return hash.digest('hex')
}

/** `cdk synth` for the same sources and the same context does not change this hash. */
const assemblyHash = (assembly: string): string => {
  const hash = createHash('sha256')
  for (const name of readdirSync(assembly).sort())
    if (assemblyFile.test(name)) hash.update(`${name}\0`).update(readFileSync(join(assembly, name)))
  return hash.digest('hex')
}

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
