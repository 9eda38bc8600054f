import { setTimeout as sleep } from 'node:timers/promises'
import { Interrupted } from './step-error.ts'

export interface Patience {
  /** Milliseconds. */
  readonly limit: number
  readonly pause: number
  readonly signal: AbortSignal
}

/**
 * Asks until there is an answer.
 * @returns undefined if the time is up
 * @throws Interrupted after Ctrl-C
 */
export const waitUntil = async <T>(
  ask: () => Promise<T | undefined>,
  { limit, pause, signal }: Patience,
): Promise<T | undefined> => {
  const until = performance.now() + limit
  for (;;) {
    if (signal.aborted) throw new Interrupted()
    const answer = await ask()
    if (answer !== undefined) return answer
    if (performance.now() > until) return undefined
    await sleep(pause, undefined, { signal }).catch(() => undefined)
  }
}
