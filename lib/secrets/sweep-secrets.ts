import type { Clock } from '../text/clock.ts'
import type { SecretFolder, SecretInventory } from './secret-store.ts'

/**
 * In milliseconds. A secret is written moments before the row that refers to it. If the row does not exist after a day,
 * it will never be written.
 */
const orphanAge = 24 * 60 * 60 * 1000

/**
 * Interrupted requests leave a few secrets without an owner, and a small deployment must be able to delete them without
 * an operator.
 */
const alwaysRemoved = 3
/** In percent of all secrets of one kind. */
const shareAlwaysRemoved = 5

/**
 * @param orphans the number of secrets without an owner
 * @param all the number of all secrets of the kind
 * @returns true if the number of orphans suggests a restored table instead of interrupted requests. In that case, an
 * operator must confirm the deletion.
 */
export const areTooMany = (orphans: number, all: number): boolean =>
  orphans > alwaysRemoved && orphans * 100 > all * shareAlwaysRemoved

/** The secrets of one kind, and their owners. */
export interface SweptSecrets {
  readonly kind: SecretFolder
  readonly secrets: SecretInventory & { deleteWithRecovery(id: string): Promise<void> }
  /** The ids whose account, profile or destination exists, whether or not it can be read. */
  readonly owners: { existing(ids: readonly string[]): Promise<ReadonlySet<string>> }
}

/** The number of orphans of each kind that an operator has confirmed for deletion. */
export type ConfirmedOrphans = Readonly<Partial<Record<SecretFolder, number | undefined>>>

export interface SweepServices {
  readonly kinds: readonly SweptSecrets[]
  readonly now: Clock
}

export interface SweepOptions {
  readonly confirmed?: ConfirmedOrphans
  /** Returns false when the time for this sweep is used up. */
  readonly mayGoOn: () => boolean
}

export interface KindSweep {
  readonly kind: SecretFolder
  /** The secrets of this deployment that have not changed for a day. */
  readonly checked: number
  /** The ids among them that have no owner. */
  readonly orphans: readonly string[]
  readonly deleted: number
  /**
   * `too-many`: nothing was deleted, and an operator must investigate. `out-of-time`: the next sweep deletes the rest.
   */
  readonly outcome: 'swept' | 'too-many' | 'out-of-time'
}

/**
 * Moves secrets that have no account, profile or destination into their seven-day recovery window. For each kind, it first
 * finds all such secrets. If there are too many, it deletes none of them, unless an operator has confirmed their exact
 * number.
 */
export const sweepSecrets = async (services: SweepServices, options: SweepOptions): Promise<KindSweep[]> => {
  const before = new Date(services.now().getTime() - orphanAge)
  const sweeps: KindSweep[] = []
  for (const kind of services.kinds) sweeps.push(await sweepKind(kind, before, options))
  return sweeps
}

const sweepKind = async (
  { kind, secrets, owners }: SweptSecrets,
  before: Date,
  { confirmed, mayGoOn }: SweepOptions,
): Promise<KindSweep> => {
  const orphans: string[] = []
  let checked = 0
  for await (const ids of secrets.ownUnchangedSince(before)) {
    if (!mayGoOn()) return { kind, checked, orphans, deleted: 0, outcome: 'out-of-time' }
    orphans.push(...(await withoutOwner(ids, owners)))
    checked += ids.length
  }
  if (areTooMany(orphans.length, checked) && confirmed?.[kind] !== orphans.length)
    return { kind, checked, orphans, deleted: 0, outcome: 'too-many' }

  let deleted = 0
  for (const id of orphans) {
    if (!mayGoOn()) return { kind, checked, orphans, deleted, outcome: 'out-of-time' }
    // An admin may have given the account a password again since the search.
    if ((await withoutOwner([id], owners)).length === 0) continue
    await secrets.deleteWithRecovery(id)
    deleted += 1
  }
  return { kind, checked, orphans, deleted, outcome: 'swept' }
}

const withoutOwner = async (ids: readonly string[], owners: SweptSecrets['owners']): Promise<string[]> => {
  const existing = await owners.existing(ids)
  return ids.filter((id) => !existing.has(id))
}
