import { type Command, CommanderError } from 'commander'
import type { CommandOutput, OutputTarget } from './cli-error.ts'
import { CliError, exitCodes } from './cli-error.ts'
import { isInterruption } from './interruptible.ts'
import { fittingHelp } from './layout/help.ts'
import { wrapped } from './layout/width.ts'
import { forTerminal } from './text.ts'

/** A terminal can be unable to report its width. */
const usualColumns = 80
const columnsOf = (stream: NodeJS.WriteStream): number | undefined =>
  stream.isTTY ? stream.columns || usualColumns : undefined

const helpFitting = (text: string, columns: number | undefined): string =>
  columns === undefined ? text : fittingHelp(text, columns)

const fitting = (text: string, columns: number | undefined): string =>
  columns === undefined ? text : wrapped(text, columns)

const terminal: OutputTarget = {
  out: (text) => void process.stdout.write(`${text}\n`),
  err: (text) => void process.stderr.write(fitting(text, columnsOf(process.stderr))),
  get columns() {
    return columnsOf(process.stdout)
  },
}

/** Exits without an error if the reader closes the pipe early, as `head` does in `postmaster … | head`. */
const endQuietlyWhenNobodyReads = (): void => {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(exitCodes.done)
  })
}

const allOf = (command: Command): Command[] => [command, ...command.commands.flatMap(allOf)]

/** Commander treats a group without a command as an error. People type it to see the help, as with `gh` and `git`. */
const helpIsAResult = (group: Command): void => {
  group.help = () => {
    group.outputHelp()
    throw new CommanderError(exitCodes.done, 'commander.helpDisplayed', '(outputHelp)')
  }
}

/** Runs one command line of a program. @returns the exit code */
export const runProgram = async (
  build: (output: CommandOutput) => Command,
  args: readonly string[],
  target: OutputTarget = terminal,
): Promise<number> => {
  if (target === terminal) endQuietlyWhenNobodyReads()
  // The last line of defence if a command omits a check: responses contain text from mail, mail servers and other
  // people.
  const output: CommandOutput = {
    out: (text) => target.out(fitting(forTerminal(text), target.columns)),
    data: (text) => target.out(forTerminal(text)),
    err: (text) => target.err(forTerminal(text)),
    columns: target.columns,
  }
  const program = build(output)
  for (const command of allOf(program)) {
    command.exitOverride().configureOutput({
      writeOut: (text) => output.data(helpFitting(text.trimEnd(), target.columns)),
      writeErr: output.err,
      getOutHelpWidth: () => target.columns ?? usualColumns,
    })
    if (command.commands.length > 0) helpIsAResult(command)
  }
  try {
    await program.parseAsync([...args], { from: 'user' })
    return exitCodes.done
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
    if (error instanceof CliError) {
      output.err(`${error.message}\n`)
      return error.exitCode
    }
    if (isInterruption(error)) {
      // Every other prompt comes before its change.
      output.err('Nothing was changed.\n')
      return exitCodes.interrupted
    }
    throw error
  }
}
