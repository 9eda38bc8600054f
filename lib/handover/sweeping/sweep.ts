import { balance, type Missing } from './balance.ts'
import { type Looked, lookAtDestination } from './look-at-destination.ts'
import { sweepDestination } from './sweep-destination.ts'
import type { OnFailed, SweepServices } from './sweep-services.ts'
import { sweepUnplanned, type UnplannedSweep } from './sweep-unplanned.ts'

export interface FailedStep {
  readonly step: 'unplanned messages' | 'due deliveries' | 'figures' | 'balance' | 'quarantine'
  /** The first error. */
  readonly error: unknown
  readonly failures: number
  readonly destinationId?: string | undefined
}

export interface SweepReport {
  readonly unplanned: UnplannedSweep
  readonly missing: Missing
  /** The destinations whose figures were taken. The others follow with the next sweep. */
  readonly looked: readonly Looked[]
  /** Messages that could not be stored, and about which a person must decide. */
  readonly unstored: number
  readonly failedSteps: readonly FailedStep[]
}

/**
 * Repeats work that a crash or a lost announcement left undone. A failed step does not stop the others, and the next
 * sweep repeats it.
 * @param mayGoOn returns false when the function has almost run out of time
 */
export const sweepDeliveries = async (services: SweepServices, mayGoOn: () => boolean): Promise<SweepReport> => {
  const failedSteps: FailedStep[] = []
  const attempt = async <T>(
    about: Pick<FailedStep, 'step' | 'destinationId'>,
    work: (onFailed: OnFailed) => Promise<T>,
  ): Promise<T | undefined> => {
    const errors: unknown[] = []
    try {
      return await work((error) => errors.push(error))
    } catch (error) {
      errors.push(error)
      return undefined
    } finally {
      if (errors.length > 0) failedSteps.push({ ...about, error: errors[0], failures: errors.length })
    }
  }

  const destinations = await services.destinations.all()
  const unplanned = await attempt({ step: 'unplanned messages' }, (onFailed) =>
    sweepUnplanned(services, mayGoOn, onFailed),
  )
  const looked: Looked[] = []
  for (const destination of rotated(destinations, services.now())) {
    if (!mayGoOn()) break
    const { destinationId } = destination
    await attempt({ step: 'due deliveries', destinationId }, (onFailed) =>
      sweepDestination(services, destination, mayGoOn, onFailed),
    )
    const found = await attempt({ step: 'figures', destinationId }, () => lookAtDestination(services, destination))
    if (found) looked.push(found)
  }
  const missing = await attempt({ step: 'balance' }, () => balance(services, destinations, mayGoOn))
  const unstored = await attempt({ step: 'quarantine' }, () => services.unstored.countOpen())
  return {
    unstored: unstored ?? 0,
    unplanned: unplanned ?? { planned: 0, overdue: 0 },
    missing: missing ?? new Map(),
    looked,
    failedSteps,
  }
}

/**
 * Begins with another destination each minute, so that each has its turn even if a sweep never has time for all of
 * them.
 */
const rotated = <T>(all: readonly T[], now: Date): T[] => {
  const start = Math.floor(now.getTime() / 60_000) % Math.max(all.length, 1)
  return [...all.slice(start), ...all.slice(0, start)]
}
