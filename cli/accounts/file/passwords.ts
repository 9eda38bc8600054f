import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { password as passwordPrompt } from '@inquirer/prompts'
import * as z from 'zod'
import { CliError, exitCodes } from '../../terminal/cli-error.ts'
import { plain } from '../../terminal/text.ts'
import { readYaml } from '../../terminal/yaml.ts'
import { nameOf, readText } from './read-text.ts'

const passwordsSchema = z.record(z.string(), z.string().min(1))
/** The permissions of users other than the owner. */
const othersMay = 0o077

/** @returns a variable name that shells accept, such as POSTMASTER_PASSWORD_DESK_EXAMPLE_ORG_AT_MAIL_EXAMPLE_ORG */
export const passwordVariable = (name: string): string =>
  `POSTMASTER_PASSWORD_${name.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}`

/** @returns the passwords by account name; `-` is standard input. @throws CliError that does not quote the file */
export const readPasswordsFile = (file: string): Map<string, string> => {
  const reading = readYaml(readPrivately(file), { textOnly: true })
  if (!reading.ok) throw wrong(`${nameOf(file)}:${reading.line}: ${reading.message}`)
  const parsed = passwordsSchema.safeParse(reading.text.value)
  if (!parsed.success)
    throw wrong(
      `Each line of ${nameOf(file)} must have the form \`account name: password\`. A password must not be empty.`,
    )
  return new Map(Object.entries(parsed.data))
}

const readPrivately = (file: string): string => {
  if (file === '-') return readText(file)
  let descriptor: number
  try {
    descriptor = openSync(file, 'r')
  } catch {
    throw wrong(`The passwords file ${file} cannot be read.`)
  }
  try {
    // Windows does not have these permissions.
    if (process.platform !== 'win32' && (fstatSync(descriptor).mode & othersMay) !== 0)
      throw wrong(`Other users have access to ${file}. Run \`chmod 600\` on it first.`)
    return readFileSync(descriptor, 'utf8')
  } finally {
    closeSync(descriptor)
  }
}

interface PasswordSources {
  readonly file: ReadonlyMap<string, string>
  readonly environment?: NodeJS.ProcessEnv
  readonly terminal?: boolean
}

/**
 * Gets a password for every name from the file, from the environment or from a prompt, in this order.
 * @throws CliError before any prompt if passwords are missing and there is no terminal
 */
export const passwordsFor = async (
  names: readonly string[],
  { file, environment = process.env, terminal = process.stdin.isTTY }: PasswordSources,
): Promise<Map<string, string>> => {
  assertDistinct(names.filter((name) => !file.has(name)))
  const given = new Map<string, string>()
  const missing: string[] = []
  for (const name of names) {
    const password = file.get(name) ?? environment[passwordVariable(name)]
    if (password) given.set(name, password)
    else missing.push(name)
  }
  if (missing.length > 0 && !terminal)
    throw wrong(
      `Passwords are missing. Add them to a --passwords file, or set these variables:\n${missing.map((name) => `  ${plain(name)}: ${passwordVariable(name)}`).join('\n')}\nNothing was changed.`,
    )
  for (const name of missing) {
    const password = await passwordPrompt({ message: `Password for ${plain(name)} (not shown):` })
    if (password === '') throw wrong('The password is empty. Nothing was changed.')
    given.set(name, password)
  }
  return given
}

/** Prevents the use of a password for another account whose name leads to the same variable. */
const assertDistinct = (names: readonly string[]): void => {
  const called = new Map<string, string>()
  for (const name of names) {
    const variable = passwordVariable(name)
    const other = called.get(variable)
    if (other !== undefined)
      throw wrong(`${plain(other)} and ${plain(name)} share the variable ${variable}. Use a --passwords file for them.`)
    called.set(variable, name)
  }
}

const wrong = (message: string) => new CliError(message, exitCodes.usage)
