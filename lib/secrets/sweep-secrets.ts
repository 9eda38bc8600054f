import { areTooMany } from './orphans.ts'
import type { SecretFolder } from './secret-kind.ts'
import type { SecretInventory } from './secret-store.ts'

/**
 * Milliseconds. A secret is written moments before the row that names it; after a day that row will not come any more.
 */
const orphanAge = 24 * 60 * 60 * 1000
/** Secrets of one kind, and what they belong to. */
export interface SweptSecrets {
  readonly kind: SecretFolder
  readonly secrets: SecretInventory & { deleteWithRecovery(id: string): Promise<void> }
  /** The accounts or profiles among `ids` that exist, whether or not they can be read. */
  readonly owners: { existing(ids: readonly string[]): Promise<ReadonlySet<string>> }
}

/** How many orphans of each kind an operator has looked at and wants to be deleted. */
export type ConfirmedOrphans = Readonly<Partial<Record<SecretFolder, number | undefined>>>

export interface SweepServices {
  readonly kinds: readonly SweptSecrets[]
  readonly now: () => Date
}

export interface SweepOptions {
  readonly confirmed?: ConfirmedOrphans
  /** False when the time for this sweep is used up. */
  readonly mayGoOn: () => boolean
}

export interface KindSweep {
  readonly kind: SecretFolder
  /** The secrets of this deployment that have not changed for a day. */
  readonly checked: number
  /** The ids among them that have no account or profile. */
  readonly orphans: readonly string[]
  readonly deleted: number
  /** `too-many`: nothing was deleted, an operator must look. `out-of-time`: the next sweep does the rest. */
  readonly outcome: 'swept' | 'too-many' | 'out-of-time'
}

/**
 * Sends secrets that no account or profile refers to into their seven-day recovery window. For each kind it first finds
 * them all and deletes none of them when they are too many, unless an operator has confirmed exactly their number.
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
