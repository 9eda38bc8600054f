import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { FileSystem } from 'aws-cdk-lib'
import type { AddFiles } from '../bundling/bundled-code.ts'

const script = fileURLToPath(new URL('./add-page.ts', import.meta.url))

/** What the build of the page depends on: its sources, its packages, and the steps after Vite. */
const sources = ['web', 'package-lock.json', 'cdk/page', 'cdk/bundling']

/** @returns a text that changes with the content of what the build of the page depends on */
export const pageFingerprint = (root: string): string => {
  const prints = sources.map((source) =>
    FileSystem.fingerprint(join(root, source), { exclude: ['node_modules', 'dist'] }),
  )
  return createHash('sha256').update(prints.join()).digest('hex').slice(0, 32)
}

/** Builds the page if its sources have changed, and puts its files into the bundle's folder `page`. */
export const addPageFiles =
  (root: string): AddFiles =>
  (folder) => {
    // A process of its own, because CDK does not wait for asynchronous work.
    execFileSync(process.execPath, [script, pageFingerprint(root), folder], { stdio: ['ignore', 'ignore', 'inherit'] })
  }
