import { confirm } from '@inquirer/prompts'
import { CliError, exitCodes } from './cli-error.ts'

/** Asks before something is deleted, unless `--yes` was said; in a script without it, refuses. */
export const confirmed = async (question: string, yes: boolean | undefined): Promise<boolean> => {
  if (yes) return true
  if (!process.stdin.isTTY) throw new CliError('Say --yes to delete without being asked.', exitCodes.usage)
  return await confirm({ message: question, default: false })
}
