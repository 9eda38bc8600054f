/** Ends a suite before it has finished. */
export interface Ending {
  readonly signal: AbortSignal
  /** A sentence that explains why the suite was ended. Undefined as long as it is running. */
  readonly reason: string | undefined
  /** The exit code that indicates which signal ended the suite. Undefined for the limit. */
  readonly exitCode: number | undefined
  /** Reports that the suite has finished, so that the limit and the signals no longer apply. */
  through(): void
}

/** Ctrl-C, `kill`, and a closed terminal. A shell expects 128 plus the signal's number. */
const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const
const signalNames = Object.keys(exitCodes) as (keyof typeof exitCodes)[]

const lengthOf = (ms: number): string => (ms >= 60_000 ? `${ms / 60_000} minutes` : `${ms / 1000} seconds`)

export const endingAfter = (limitMs: number): Ending => {
  const controller = new AbortController()
  let reason: string | undefined
  let exitCode: number | undefined
  const end = (why: string, code?: number): void => {
    if (controller.signal.aborted) return
    reason = why
    exitCode = code
    controller.abort()
  }
  const timer = setTimeout(
    () => end(`The limit of ${lengthOf(limitMs)} ended the suite. A test hangs, or the machine is far too busy.`),
    limitMs,
  )
  const listeners = signalNames.map((name) => {
    const listener = () => end(`The suite was interrupted by ${name}.`, exitCodes[name])
    process.on(name, listener)
    return [name, listener] as const
  })
  return {
    signal: controller.signal,
    get reason() {
      return reason
    },
    get exitCode() {
      return exitCode
    },
    through: () => {
      clearTimeout(timer)
      for (const [name, listener] of listeners) process.off(name, listener)
    },
  }
}
