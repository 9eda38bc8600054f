import { Argument, Command } from 'commander'
import { connected } from './api/client.ts'
import { isOfferedKind, offersFor } from './api/find/offers.ts'
import { CliError, type CommandOutput } from './terminal/cli-error.ts'
import { plain } from './terminal/text.ts'

/** Milliseconds. A shell waits for the answer after each press of the Tab key. */
const patience = 3_000

/**
 * What the completion scripts run: prints one word per line, and after a tab what it stands for. Prints nothing if the
 * API cannot be reached, because a shell shows errors in the middle of the typed line.
 */
export const completeCommand = ({ data }: CommandOutput): Command =>
  new Command('complete')
    .description('list names and ids for a completion script')
    .addHelpText('after', '\nExample:\n  postmaster complete account')
    .addArgument(new Argument('<kind>').choices(Object.keys(offersFor)))
    .action(async (kind: string, _options: object, command: Command) => {
      if (!isOfferedKind(kind)) return
      const late = setTimeout(() => process.exit(0), patience)
      try {
        for (const { word, about } of await offersFor[kind](connected(command)))
          data(`${plain(word)}${about === '' ? '' : `\t${plain(about)}`}`)
      } catch (error) {
        if (!(error instanceof CliError)) throw error
      } finally {
        clearTimeout(late)
      }
    })
