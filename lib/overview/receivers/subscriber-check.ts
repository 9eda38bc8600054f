import type { Clock } from '../../text/clock.ts'
import type { OverviewStore } from '../overview-store.ts'

/** In milliseconds. The count changes only with a tick, and a run may store thousands of messages. */
const keptFor = 60_000

/**
 * @returns a function that says whether a program had subscribed to the announcement topic at the latest tick. It reads
 *   the count when it is first called, and at most once a minute.
 */
export const subscriberCheck = (
  overview: Pick<OverviewStore, 'readReceivers'>,
  now: Clock,
): (() => Promise<boolean>) => {
  let known: { readonly at: number; readonly answer: Promise<boolean> } | undefined
  return async () => {
    const at = now().getTime()
    if (known && at - known.at < keptFor) return await known.answer
    const answer = overview.readReceivers().then((counted) => counted !== undefined && counted.subscriptions > 0)
    known = { at, answer }
    // A failed read must not be remembered.
    answer.catch(() => {
      known = undefined
    })
    return await answer
  }
}
