import type { CommandOutput } from '../../cli/terminal/cli-error.ts'

const nowhere = (): void => undefined
/** For tests that build the program but run no command. */
export const silentOutput: CommandOutput = { out: nowhere, err: nowhere, data: nowhere }
