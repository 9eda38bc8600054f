import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import { synthesiseWhenStale } from '../../local/synthesise.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const environment = z.object({ POSTMASTER_TEST_ASSEMBLY: z.string().optional() })
const outcomeSchema = z.object({ folder: z.string().nullable(), failure: z.string().nullable() })

/** A synthesis takes most of a minute on a busy machine, and workers wait for each other's synthesis. */
export const assemblyLimitMs = 300_000

/** A process id may be reused, and the outcome of an older run must not be found then. */
const longestRunMs = 30 * 60_000

/**
 * The project's cloud assembly. It is synthesised if it is older than its sources, once per test run, even if the
 * synthesis fails. If several workers need it at the same time, the first holds the lock and shares the outcome with
 * the others. POSTMASTER_TEST_ASSEMBLY specifies an existing assembly instead.
 */
export const assembly = async (): Promise<string> => {
  const ready = environment.parse(process.env).POSTMASTER_TEST_ASSEMBLY
  if (ready !== undefined) return ready
  const cache = join(root, 'node_modules', '.cache')
  mkdirSync(cache, { recursive: true })
  const shared = new DatabaseSync(join(cache, 'postmaster-test-assembly.db'), { timeout: assemblyLimitMs })
  try {
    shared.exec(
      'BEGIN EXCLUSIVE; CREATE TABLE IF NOT EXISTS outcome (run INTEGER, at INTEGER, folder TEXT, failure TEXT)',
    )
    shared.prepare('DELETE FROM outcome WHERE at < ?').run(Date.now() - longestRunMs)
    // All workers of a run are children of the same process.
    const run = process.ppid
    const known = shared.prepare('SELECT folder, failure FROM outcome WHERE run = ?').get(run)
    const { folder, failure } = known === undefined ? await synthesised() : outcomeSchema.parse(known)
    if (known === undefined)
      shared.prepare('INSERT INTO outcome VALUES (?, ?, ?, ?)').run(run, Date.now(), folder, failure)
    shared.exec('COMMIT')
    if (folder === null) throw new Error(failure ?? 'no assembly')
    return folder
  } finally {
    shared.close()
  }
}

const synthesised = async (): Promise<z.infer<typeof outcomeSchema>> => {
  try {
    return { folder: await synthesiseWhenStale(root, () => undefined), failure: null }
  } catch (error) {
    return { folder: null, failure: error instanceof Error ? error.message : String(error) }
  }
}
