import { setTimeout as sleep } from 'node:timers/promises'

/** Milliseconds before each further attempt: 15 s in all, longer than a deployment's throttle or a change of network takes. */
const defaultPauses: readonly number[] = [500, 1_000, 2_000, 4_000, 8_000]
/** A server that asks for more is not waited for; the person at the terminal can decide that. */
const longestWait = 30_000

/** API Gateway's throttle, and answers of a function or gateway that is away for a moment. */
const passing = new Set([429, 502, 503, 504])

export interface RetryOptions {
  readonly pauses?: readonly number[] | undefined
  /** Whether an attempt that threw is worth another. */
  readonly isPassing: (error: unknown) => boolean
}

/** Repeats a request that changes nothing while the answer says that it may work later; resolves to the last answer. */
export const retried = async (
  request: () => Promise<Response>,
  { pauses = defaultPauses, isPassing }: RetryOptions,
): Promise<Response> => {
  for (const pause of pauses) {
    let wait = pause
    try {
      const response = await request()
      if (!passing.has(response.status)) return response
      const asked = retryAfter(response.headers.get('retry-after'))
      if (asked > longestWait) return response
      wait = Math.max(pause, asked)
      await response.body?.cancel()
    } catch (error) {
      if (!isPassing(error)) throw error
    }
    // Many that were refused at once must not come back at once.
    await sleep(wait * (1 + Math.random() / 2))
  }
  return await request()
}

/** Milliseconds; seconds or a date (RFC 9110 section 10.2.3). */
const retryAfter = (header: string | null): number => {
  if (header === null) return 0
  if (/^\d{1,6}$/.test(header)) return Number(header) * 1000
  return Math.max(0, (Date.parse(header) || 0) - Date.now())
}
