import { readFileSync } from 'node:fs'
import { CliError, exitCodes } from './cli-error.ts'

/** @throws CliError if the file cannot be read */
export const readCa = (file: string): string => {
  const pem = readCaFile(file)
  if (pem === undefined) throw new CliError(`The CA file ${file} cannot be read.`, exitCodes.usage)
  return pem
}

/**
 * @returns the contents of the file, or undefined if it cannot be read. The API checks whether they are certificates.
 */
export const readCaFile = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
