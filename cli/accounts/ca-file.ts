import { readFileSync } from 'node:fs'

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
