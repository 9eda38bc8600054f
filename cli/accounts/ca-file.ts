import { readFileSync } from 'node:fs'

/** What the file holds; undefined where it cannot be read. Whether these are certificates the API says. */
export const readCaFile = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
