import { password as passwordPrompt } from '@inquirer/prompts'
import { CliError, exitCodes } from '../cli-error.ts'

/** Longer than any provider allows; a pipe that never ends must not fill memory. */
const passwordLimit = 1024

/** From a prompt that shows nothing, or the first line of standard input; never from an argument, which every process can read. */
export const readPassword = async (fromStdin: boolean): Promise<string> => {
  if (!fromStdin && !process.stdin.isTTY)
    throw new CliError(
      'There is no terminal to ask for the password: pipe it in and say --password-stdin.',
      exitCodes.usage,
    )
  const password = fromStdin ? await firstLine() : await passwordPrompt({ message: 'Password (not shown):' })
  if (password === '') throw new CliError('The password is empty.', exitCodes.usage)
  return password
}

const firstLine = async (): Promise<string> => {
  let text = ''
  for await (const chunk of process.stdin) {
    text += String(chunk)
    if (text.includes('\n') || text.length > passwordLimit) break
  }
  const line = (text.split('\n')[0] ?? '').replace(/\r$/, '')
  if (line.length > passwordLimit)
    throw new CliError(`The password is longer than ${passwordLimit} characters.`, exitCodes.usage)
  return line
}
