import { vi } from 'vitest'

/**
 * Collects everything that the process writes from now on, until `vi.restoreAllMocks()`. Outside development mode,
 * Powertools writes to the two streams through its own console.
 * @returns a list that grows with every write
 */
export const captureOutput = (): string[] => {
  const written: string[] = []
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      written.push(String(chunk))
      return true
    })
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const)
    vi.spyOn(console, method).mockImplementation((...values) => {
      written.push(values.map(String).join(' '))
    })
  return written
}
