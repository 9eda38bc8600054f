import { afterAll, vi } from 'vitest'

/**
 * The test files of a worker share its process and the packages that are loaded in it, which are most of what a file
 * would load. Our own modules are loaded afresh for each file, because some of them read the environment when they load,
 * and what a file changes in its process ends with the file.
 */
vi.resetModules()

const before = { ...process.env }
const umask = process.umask()
afterAll(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
  Object.assign(process.env, before)
  process.umask(umask)
})
