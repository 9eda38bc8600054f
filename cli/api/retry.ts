import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Milliseconds before each further attempt. They add up to 15.5 s, which is longer than the API throttles requests or a
 * change of network takes.
 */
const defaultPauses: readonly number[] = [500, 1_000, 2_000, 4_000, 8_000]
/** Milliseconds. If the server asks for a longer wait, the user decides whether to try again. */
const longestWait = 30_000

/** The statuses of API Gateway's throttling and of a function or gateway that is temporarily unavailable. */
const passing = new Set([429, 502, 503, 504])

export interface RetryOptions {
  readonly pauses?: readonly number[] | undefined
  /** @returns true if a request that threw this error may succeed later */
  readonly isPassing: (error: unknown) => boolean
  /** The statuses after which a request is repeated. */
  readonly statuses?: ReadonlySet<number>
}

/** API Gateway has not executed a request that it throttles, so even a change can be repeated. */
export const throttled: ReadonlySet<number> = new Set([429])

/** Repeats a request while its response indicates a temporary failure. @returns the last response */
export const retried = async (
  request: () => Promise<Response>,
  { pauses = defaultPauses, isPassing, statuses = passing }: RetryOptions,
): Promise<Response> => {
  for (const pause of pauses) {
    let wait = pause
    try {
      const response = await request()
      if (!statuses.has(response.status)) return response
      const asked = waitAsked(response.headers.get('retry-after'))
      if (asked > longestWait) return response
      wait = Math.max(pause, asked)
      await response.body?.cancel()
    } catch (error) {
      if (!isPassing(error)) throw error
    }
    // Random pauses keep clients that were rejected at the same time from retrying at the same time.
    await sleep(wait * (1 + Math.random() / 2))
  }
  return await request()
}

/** @returns milliseconds, from a header with seconds or a date (RFC 9110 section 10.2.3) */
export const waitAsked = (header: string | null): number => {
  if (header === null) return 0
  if (/^\d{1,6}$/.test(header)) return Number(header) * 1000
  return Math.max(0, (Date.parse(header) || 0) - Date.now())
}
