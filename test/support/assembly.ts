import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import { synthesiseWhenStale } from '../../local/synthesise.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const environment = z.object({ POSTMASTER_TEST_ASSEMBLY: z.string().optional() })
const outcomeSchema = z.object({ folder: z.string().nullable(), failure: z.string().nullable() })

/** A synthesis takes most of a minute on a busy machine, and another worker's is waited for. */
export const assemblyLimitMs = 300_000

/** A process id may come back; the outcome of an older run must not be met then. */
const longestRunMs = 30 * 60_000

/**
 * The project's cloud assembly, synthesised when it is older than its sources. Once per run of the tests, whatever comes
 * of it and however many workers ask at the same time: the first holds the lock and leaves the outcome to the others.
 * POSTMASTER_TEST_ASSEMBLY names a ready assembly instead.
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
    // Every worker of a run is a child of the same process.
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
