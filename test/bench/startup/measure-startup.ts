import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type BundledFunction, bundledFunctions } from '../../support/bundled-functions.ts'
import { median } from '../result.ts'
import { floorBundles } from './floors.ts'

const run = promisify(execFile)

export interface Startup {
  /** The function's path in the stack, or the name of a floor. */
  readonly name: string
  /** Of index.cjs, without the packages that are loaded when they are used. */
  readonly bytes: number
  /** The median in milliseconds. */
  readonly time: number
  /** In milliseconds. Absent for floors, and for functions in the background except fetch. */
  readonly goal?: number
}

/** Milliseconds that loading a bundle may take: of the fetch function, and of each function behind the API. */
const goals = { fetch: 100, api: 70 }

const goalOf = (name: string): number | undefined => {
  if (name === 'Fetching/Function') return goals.fetch
  return name.startsWith('Api/') ? goals.api : undefined
}

/**
 * Measures how long Node needs to load each bundle, as Lambda loads it: in a new process, with `require` and with the
 * environment of the template. Node's own start is not included. The bundles take turns.
 *
 * @param assembly the folder of a cloud assembly with bundles
 */
export const measureStartup = async (assembly: string, rounds = 9): Promise<readonly Startup[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'postmaster-floors-'))
  try {
    const all = [...bundledFunctions(assembly), ...floorBundles(folder)].map((one) => ({ one, times: [0].slice(1) }))
    for (let round = 0; round < rounds; round += 1)
      for (const { one, times } of all) times.push(await loadingTimeOf(one))
    return all.map(({ one: { name, folder: place }, times }) => {
      const goal = goalOf(name)
      const { size: bytes } = statSync(join(place, 'index.cjs'))
      return { name, bytes, time: median(times), ...(goal !== undefined && { goal }) }
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const loadingTimeOf = async ({ folder, environment }: BundledFunction): Promise<number> => {
  const file = JSON.stringify(join(folder, 'index.cjs'))
  const script = `const start = performance.now(); require(${file}); console.log(performance.now() - start)`
  const { stdout } = await run(process.execPath, ['--eval', script], { env: environment })
  return Number(stdout.trim().split('\n').at(-1))
}
