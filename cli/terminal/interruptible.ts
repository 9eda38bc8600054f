import { CliError, exitCodes } from './cli-error.ts'

/**
 * Runs a dialogue that Ctrl-C can end at any time.
 * @param outcome a sentence about what has been saved so far, for a user who ends the dialogue
 * @throws CliError with that sentence if the user ends the dialogue at a prompt
 */
export const interruptible = async <T>(outcome: () => string, dialogue: () => Promise<T>): Promise<T> => {
  // Between two prompts, for example during a test, the terminal sends the signal to the process.
  const onSignal = () => {
    process.stderr.write(`\n${outcome()}\n`)
    process.exit(exitCodes.interrupted)
  }
  process.on('SIGINT', onSignal)
  try {
    return await dialogue()
  } catch (error) {
    throw isInterruption(error) ? new CliError(outcome(), exitCodes.interrupted) : error
  } finally {
    process.off('SIGINT', onSignal)
  }
}

/** True for Ctrl-C at a prompt of `@inquirer/prompts`, which does not export the class. */
export const isInterruption = (error: unknown): boolean => error instanceof Error && error.name === 'ExitPromptError'
