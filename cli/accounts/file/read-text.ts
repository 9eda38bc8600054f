import { readFileSync } from 'node:fs'
import { CliError, exitCodes } from '../../terminal/cli-error.ts'

/** Reads a whole file, or standard input for `-`. @throws CliError if it cannot be read */
export const readText = (file: string): string => {
  try {
    return readFileSync(file === '-' ? process.stdin.fd : file, 'utf8')
  } catch {
    throw new CliError(`${file === '-' ? 'Standard input' : file} cannot be read.`, exitCodes.usage)
  }
}

export const nameOf = (file: string): string => (file === '-' ? 'standard input' : file)
