import { execFile } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify, stripVTControlCharacters } from 'node:util'
import { packageFolders, thirdPartyNotices } from '../bundling/third-party-notices.ts'
import { compressFiles } from './compress-files.ts'

const run = promisify(execFile)

/** The earlier builds that are kept, so that changing to another branch and back builds nothing. */
const keptBuilds = 4

/** A build of the admin page for the sources with one fingerprint. Nothing changes it later. */
export interface PageBuild {
  /** The files to serve, with their compressed copies, and the licences of the packages in them. */
  readonly files: string
  /** Vite's list of the files and of what each of them imports. */
  readonly manifest: string
}

/**
 * Returns the build of the page for these sources, and builds it if there is none. Two processes that build at the same
 * time both succeed, because each of them builds in a folder of its own, and the first result stays.
 *
 * @param root the project's folder
 * @param fingerprint identifies the content of everything that the build depends on
 * @throws Error with the reason if the build fails
 */
export const builtPage = async (root: string, fingerprint: string): Promise<PageBuild> => {
  const builds = join(root, 'node_modules', '.cache', 'postmaster-page')
  const build = join(builds, fingerprint)
  const page = { files: join(build, 'files'), manifest: join(build, 'manifest.json') }
  if (existsSync(build)) return page
  mkdirSync(builds, { recursive: true })
  const draft = mkdtempSync(join(builds, 'draft-'))
  try {
    const files = join(draft, 'files')
    await runVite(root, files)
    const meta = join(files, '.vite')
    renameSync(join(meta, 'manifest.json'), join(draft, 'manifest.json'))
    writeFileSync(join(files, 'THIRD-PARTY-NOTICES.txt'), thirdPartyNotices(bundledFolders(root, meta)))
    rmSync(meta, { recursive: true })
    await compressFiles(files)
    keepFirst(draft, build)
    forgetOld(builds, fingerprint)
    return page
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

const runVite = async (root: string, output: string): Promise<void> => {
  const web = join(root, 'web')
  const vite = viteIn(web)
  try {
    await run(process.execPath, [vite, 'build', '--outDir', output, '--emptyOutDir', '--logLevel', 'error'], {
      cwd: web,
    })
  } catch (error) {
    throw new Error(
      `The admin page could not be built (${reasonOf(error)}). Run \`npm run build -w web\` to see the full output.`,
    )
  }
}

const viteIn = (web: string): string => {
  try {
    return join(dirname(createRequire(join(web, 'package.json')).resolve('vite/package.json')), 'bin', 'vite.js')
  } catch {
    throw new Error('The packages that build the admin page are not installed. Run `npm ci`.')
  }
}

/** The first line of Vite's error that describes it, and the place in the sources if there is one. */
const reasonOf = (error: unknown): string => {
  const output = error instanceof Error && 'stderr' in error ? stripVTControlCharacters(String(error.stderr)) : ''
  const lines = output.split('\n').map((line) => line.trim())
  const reason = lines.find((line) => line !== '' && !/^(. )?(error during build|build failed)\b/i.test(line))
  const place = /\[ (\S+:\d+:\d+) \]/.exec(output)?.[1]
  return `${place === undefined ? '' : `${place}: `}${reason ?? error}`
}

/** The build lists the modules in its files, relative to the project's folder. */
const bundledFolders = (root: string, meta: string): string[] => {
  const modules: unknown = JSON.parse(readFileSync(join(meta, 'modules.json'), 'utf8'))
  if (!Array.isArray(modules)) throw new Error('The build of the page did not list its modules.')
  return packageFolders(modules.map(String)).map((folder) => join(root, folder))
}

const keepFirst = (draft: string, build: string): void => {
  try {
    renameSync(draft, build)
  } catch (error) {
    // Another process has finished the same build in the meantime.
    if (!existsSync(build)) throw error
  }
}

const forgetOld = (builds: string, current: string): void => {
  const others = readdirSync(builds)
    .filter((name) => name !== current)
    .map((name) => ({ path: join(builds, name), changed: statSync(join(builds, name)).mtimeMs }))
    .sort((a, b) => b.changed - a.changed)
  for (const { path } of others.slice(keptBuilds)) rmSync(path, { recursive: true, force: true })
}
