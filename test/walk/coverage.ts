import { Session } from 'node:inspector/promises'
import { join, relative, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = join(import.meta.dirname, '..', '..')
const measured = ['lib', 'functions'].map((folder) => `${pathToFileURL(join(root, folder)).href}/`)

/** The number of functions that ran, by file. Paths are relative to the repository and use slashes. */
export type FunctionsByFile = ReadonlyMap<string, number>

/**
 * Counts the functions of `lib` and `functions` that run during an action, by V8's precise coverage. Each function of
 * the source counts once, however often it runs. The top level of a module does not count, and neither do the
 * initializers that V8 creates for a class.
 */
export const functionsThatRun = async (action: () => Promise<unknown>): Promise<FunctionsByFile> => {
  const session = new Session()
  session.connect()
  try {
    await session.post('Profiler.enable')
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
    await action()
    const { result } = await session.post('Profiler.takePreciseCoverage')
    const files = result.flatMap(({ url, functions }): [string, number][] => {
      if (!measured.some((folder) => url.startsWith(folder))) return []
      const ran = functions.filter(({ functionName, ranges: [range] }) => {
        const topLevel = functionName === '' && range?.startOffset === 0
        return (range?.count ?? 0) > 0 && !topLevel && !functionName.startsWith('<')
      })
      const file = relative(root, fileURLToPath(url)).split(sep).join('/')
      return ran.length > 0 ? [[file, ran.length]] : []
    })
    return new Map(files.toSorted(([one], [other]) => (one < other ? -1 : 1)))
  } finally {
    session.disconnect()
  }
}
