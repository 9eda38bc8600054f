import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import { synthesiseWhenStale } from '../../local/synthesise.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const environment = z.object({ POSTMASTER_TEST_ASSEMBLY: z.string().optional() })

/** A synthesis takes most of a minute on a busy machine, and another worker's is waited for. */
export const assemblyLimitMs = 300_000

/**
 * The project's cloud assembly, synthesised when it is older than its sources: once per run of the tests, however many
 * workers ask at the same time (local/synthesise.ts holds a lock). POSTMASTER_TEST_ASSEMBLY names a ready one instead.
 */
export const assembly = async (): Promise<string> =>
  environment.parse(process.env).POSTMASTER_TEST_ASSEMBLY ?? (await synthesiseWhenStale(root, () => undefined))
