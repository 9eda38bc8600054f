import { confirm, password as secretPrompt } from '@inquirer/prompts'
import { CliError, exitCodes } from './cli-error.ts'
import { forTerminal } from './text.ts'

/** Characters; more than any provider allows. The limit keeps an endless pipe from filling the memory. */
const secretLimit = 1024

/** The name of a secret in messages, and the option for piping it in. */
export interface SecretKind {
  readonly name: string
  readonly option: string
}

export const passwordKind: SecretKind = { name: 'password', option: '--password-stdin' }
export const clientSecretKind: SecretKind = { name: 'client secret', option: '--client-secret-stdin' }

/**
 * Reads a secret from a prompt that does not show it or from the first line of standard input. A secret is never an
 * argument, because every process can read those.
 */
export const readSecret = async ({ name, option }: SecretKind, fromStdin: boolean): Promise<string> => {
  if (!fromStdin && !process.stdin.isTTY)
    throw new CliError(
      `The ${name} cannot be entered without a terminal. Pipe it in and pass ${option}.`,
      exitCodes.usage,
    )
  const secret = fromStdin ? await firstLine(name) : await secretPrompt({ message: `${capital(name)} (not shown):` })
  if (secret === '') throw new CliError(`The ${name} is empty.`, exitCodes.usage)
  return secret
}

const firstLine = async (name: string): Promise<string> => {
  let text = ''
  for await (const chunk of process.stdin) {
    text += String(chunk)
    if (text.includes('\n') || text.length > secretLimit) break
  }
  const line = (text.split('\n')[0] ?? '').replace(/\r$/, '')
  if (line.length > secretLimit)
    throw new CliError(`The ${name} is longer than ${secretLimit} characters.`, exitCodes.usage)
  return line
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/**
 * Asks for confirmation before a deletion or before many changes, unless `--yes` was given.
 * @throws CliError if there is neither a terminal nor `--yes`
 */
export const confirmed = async (question: string, yes: boolean | undefined): Promise<boolean> => {
  if (yes) return true
  if (!process.stdin.isTTY) throw new CliError('Pass --yes to continue without confirmation.', exitCodes.usage)
  return await confirm({ message: forTerminal(question), default: false })
}
