import { password as secretPrompt } from '@inquirer/prompts'
import { CliError, exitCodes } from './cli-error.ts'

/** Longer than any provider allows; a pipe that never ends must not fill memory. */
const secretLimit = 1024

/** What is asked for, in words, and the option that says it is piped in. */
export interface SecretKind {
  readonly name: string
  readonly option: string
}

export const passwordKind: SecretKind = { name: 'password', option: '--password-stdin' }
export const clientSecretKind: SecretKind = { name: 'client secret', option: '--client-secret-stdin' }

/** From a prompt that shows nothing, or the first line of standard input; never from an argument, which every process can read. */
export const readSecret = async ({ name, option }: SecretKind, fromStdin: boolean): Promise<string> => {
  if (!fromStdin && !process.stdin.isTTY)
    throw new CliError(`There is no terminal to ask for the ${name}: pipe it in and say ${option}.`, exitCodes.usage)
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
