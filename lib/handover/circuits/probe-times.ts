/** Minutes between the failure of a destination and its first probes. */
const pauses = [1, 2, 5, 10, 30] as const
/** Minutes between all further probes. */
const laterPause = 60
const minute = 60_000

/**
 * A day covers a night and a short holiday of an operator. After a day, a person is notified. The probes continue, so
 * the destination resumes automatically.
 */
const suspendedAfter = 24 * 60 * minute

/** @returns when the probe after this one is due, as an ISO time */
export const probeAfter = ({ probes }: { readonly probes: number }, at: string): string => pausedFrom(at, probes + 1)

/** @returns when the first probe of a circuit that opens at this time is due */
export const firstProbeAt = (openedAt: string): string => pausedFrom(openedAt, 0)

const pausedFrom = (at: string, index: number): string =>
  new Date(Date.parse(at) + (pauses[index] ?? laterPause) * minute).toISOString()

/** Whether a circuit that opened at this time has been open long enough to suspend the destination. */
export const isSuspensionDue = (openedAt: string, at: string): boolean =>
  Date.parse(at) - Date.parse(openedAt) >= suspendedAfter
