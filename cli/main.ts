import { buildProgram } from './program.ts'
import type { OutputTarget } from './terminal/cli-error.ts'
import { runProgram } from './terminal/run-program.ts'

/** Runs one command line. @returns the exit code */
export const main = (args: readonly string[], target?: OutputTarget): Promise<number> =>
  runProgram(buildProgram, args, target)
