import { confirm } from '@inquirer/prompts'
import { CliError, exitCodes } from './cli-error.ts'
import { forTerminal } from './terminal-text.ts'

/**
 * Asks for confirmation before a deletion, unless `--yes` was given.
 * @throws CliError if there is neither a terminal nor `--yes`
 */
export const confirmed = async (question: string, yes: boolean | undefined): Promise<boolean> => {
  if (yes) return true
  if (!process.stdin.isTTY) throw new CliError('Pass --yes to delete without confirmation.', exitCodes.usage)
  return await confirm({ message: forTerminal(question), default: false })
}
