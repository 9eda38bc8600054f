/** The exit code for each kind of error. */
export const exitCodes = {
  usage: 2,
  nodeVersion: 3,
  assembly: 4,
  synthesis: 5,
  port: 6,
  dataFolder: 7,
  interrupted: 130,
} as const
export type LocalErrorKind = keyof typeof exitCodes

/** A failure that a person can fix. The message states the problem and the remedy in one line. */
export class LocalError extends Error {
  override readonly name = 'LocalError'
  readonly kind: LocalErrorKind

  constructor(kind: LocalErrorKind, sentence: string, options?: ErrorOptions) {
    super(sentence, options)
    this.kind = kind
  }

  get exitCode(): number {
    return exitCodes[this.kind]
  }
}

/** The templates use something that the local run cannot run. */
export const unsupported = (sentence: string, cause?: unknown): LocalError =>
  new LocalError('assembly', sentence, { cause })

/** The data folder, or a file in it, cannot be used. */
export const unusableData = (sentence: string, cause?: unknown): LocalError =>
  new LocalError('dataFolder', sentence, { cause })

/** @returns the code of a system error such as `EADDRINUSE`, otherwise undefined */
export const systemCode = (error: unknown): string | undefined => {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  return undefined
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
