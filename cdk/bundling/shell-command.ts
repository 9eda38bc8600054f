/** @returns the command for `cmd /c` on Windows, which removes the outer quotes, and for bash elsewhere. */
export const shellCommand = (words: readonly string[]): string =>
  process.platform === 'win32'
    ? `"${words.map((word) => `"${word}"`).join(' ')}"`
    : words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')
