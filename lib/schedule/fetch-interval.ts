/** Milliseconds between two ticks. */
export const periodOf = (tickMinutes: number): number => tickMinutes * 60_000

/**
 * The slot that a run counts for which a person asked for, so that it does not shift the account's cadence: the latest
 * time until `now` that is whole ticks away from `nextFetchAt`. An account that has no cadence yet joins the next tick.
 */
export const slotInCadence = (now: number, nextFetchAt: string | undefined, tickMinutes: number): number => {
  const period = periodOf(tickMinutes)
  // Dispatch takes what is due up to half a period after its slot.
  if (nextFetchAt === undefined) return now - period / 2
  const next = Date.parse(nextFetchAt)
  return next - Math.ceil((next - now) / period) * period
}

/** Ticks to wait after the n-th failure in a row: six ticks are one hour at the default rate, the longest an admin waits for a repaired server. */
const backOffWaiting = [1, 1, 2, 3, 6]
/** Where somebody has to change something, asking again soon only provokes the server (Dovecot delays everybody behind an address that fails). */
const backOffChange = [1, 2, 3, 6]

/**
 * When to fetch next, as ISO time. A change of the account makes it due again at once, whatever this says.
 * @param failures runs that failed one after the other, 0 after a good one
 */
export const nextFetchAfter = (
  slot: number,
  tickMinutes: number,
  failures: number,
  cure: 'waiting' | 'change' = 'waiting',
): string => {
  const steps = cure === 'waiting' ? backOffWaiting : backOffChange
  const ticks = failures === 0 ? 1 : (steps[Math.min(failures, steps.length) - 1] ?? 1)
  return new Date(slot + ticks * periodOf(tickMinutes)).toISOString()
}
