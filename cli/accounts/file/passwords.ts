import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { password as passwordPrompt } from '@inquirer/prompts'
import * as z from 'zod'
import { CliError, exitCodes } from '../../cli-error.ts'
import { plain } from '../../plain.ts'
import { readYaml } from '../../yaml.ts'

const passwordsSchema = z.record(z.string(), z.string().min(1))
/** Whoever else may read the file knows the passwords. */
const othersMay = 0o077

/** What a shell lets be a variable's name; POSTMASTER_PASSWORD_DESK_EXAMPLE_ORG_AT_MAIL_EXAMPLE_ORG. */
export const passwordVariable = (name: string): string =>
  `POSTMASTER_PASSWORD_${name.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}`

/** Passwords by account name. @throws CliError that quotes nothing of the file */
export const readPasswordsFile = (file: string): Map<string, string> => {
  const reading = readYaml(readPrivately(file), { textOnly: true })
  if (!reading.ok) throw wrong(`${file}:${reading.line}: ${reading.message}`)
  const parsed = passwordsSchema.safeParse(reading.text.value)
  if (!parsed.success)
    throw wrong(`${file} must say \`account name: password\` line by line; empty passwords are refused.`)
  return new Map(Object.entries(parsed.data))
}

const readPrivately = (file: string): string => {
  let descriptor: number
  try {
    descriptor = openSync(file, 'r')
  } catch {
    throw wrong(`The passwords file ${file} cannot be read.`)
  }
  try {
    // Windows has no such bits.
    if (process.platform !== 'win32' && (fstatSync(descriptor).mode & othersMay) !== 0)
      throw wrong(`Others may read ${file}: run \`chmod 600\` on it first.`)
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

/** A password for every name: from the file, else the environment, else asked for. @throws CliError before anything is asked when some cannot be had */
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
      `No password for:\n${missing.map((name) => `  ${plain(name)}: in a --passwords file, or in ${passwordVariable(name)}`).join('\n')}\nNothing was changed.`,
    )
  for (const name of missing) {
    const password = await passwordPrompt({ message: `Password for ${plain(name)} (not shown):` })
    if (password === '') throw wrong('The password is empty. Nothing was changed.')
    given.set(name, password)
  }
  return given
}

/** A password must not reach the server of an account whose name only looks alike to a shell. */
const assertDistinct = (names: readonly string[]): void => {
  const called = new Map<string, string>()
  for (const name of names) {
    const variable = passwordVariable(name)
    const other = called.get(variable)
    if (other !== undefined)
      throw wrong(`${plain(other)} and ${plain(name)} share the variable ${variable}: use a --passwords file for them.`)
    called.set(variable, name)
  }
}

const wrong = (message: string) => new CliError(message, exitCodes.usage)
