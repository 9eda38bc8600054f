import { open, rename } from 'node:fs/promises'

/** Replaces a file as a whole, so that it is never half written. Only its owner can read it. */
export const replacePrivateFile = async (path: string, text: string): Promise<void> => {
  const temporary = `${path}.new`
  const file = await open(temporary, 'w', 0o600)
  try {
    // The mode above does not apply to an existing file.
    await file.chmod(0o600)
    await file.writeFile(text)
  } finally {
    await file.close()
  }
  await rename(temporary, path)
}
