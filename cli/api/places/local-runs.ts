import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import { configFolder } from './config-folder.ts'

/** What `npm start` writes for as long as it runs. */
const localRunSchema = z.object({ url: z.string(), dataFolder: z.string(), pid: z.int().positive() })
type LocalRun = z.infer<typeof localRunSchema>

export const localUrl = 'http://127.0.0.1:3210'

/** The data of a local run that was started in this repository without options. */
const usualFolders = (): string[] => ['.local', fileURLToPath(new URL('../../../.local', import.meta.url))]

/** @returns the address of a local run: the usual one, or that of the only runs with another port */
export const localRunUrl = (folder = configFolder()): string => {
  const urls = runsIn(folder).map(({ url }) => url)
  return urls.includes(localUrl) ? localUrl : (urls.at(-1) ?? localUrl)
}

/** @returns the file with the token of the local run at this address, if there is one */
export const localTokenFile = (url: string, folder = configFolder()): string | undefined => {
  const run = runsIn(folder).find((one) => portOf(one.url) === portOf(url))
  return [...(run ? [run.dataFolder] : []), ...usualFolders()]
    .map((data) => join(data, 'token'))
    .find((file) => existsSync(file))
}

const portOf = (url: string): string => new URL(url).port

/** @returns the runs that go on. Removes what a killed run has left behind. */
const runsIn = (folder: string): LocalRun[] => {
  const notes = join(folder, 'local-runs')
  if (!existsSync(notes)) return []
  return readdirSync(notes).flatMap((name) => {
    const run = read(join(notes, name))
    if (run && isRunning(run.pid)) return [run]
    if (run) rmSync(join(notes, name), { force: true })
    return []
  })
}

const read = (file: string): LocalRun | undefined => {
  try {
    return localRunSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    // The file is being written, or it is not one of a local run.
    return undefined
  }
}

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // The process of another user cannot be signalled.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
