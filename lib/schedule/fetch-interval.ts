/** Slots and intervals are multiples of the tick, counted from the epoch, so a long run never shifts an account's cadence. */
export const slotOf = (time: number, tickMinutes: number): number => {
  const tick = tickMinutes * 60_000
  return Math.floor(time / tick) * tick
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
  return new Date(slot + ticks * tickMinutes * 60_000).toISOString()
}
