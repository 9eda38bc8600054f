import type { SecretInventory } from './secret-store.ts'

/** Milliseconds. A secret is written moments before the row that names it; a day is beyond every doubt. */
const orphanAge = 24 * 60 * 60 * 1000
/**
 * Orphans come from interrupted requests, so a handful is normal. Hundreds would mean that we are looking at the wrong
 * table: then this is all one sweep takes away, and there are seven days to notice.
 */
export const highestSweep = 100

/** Secrets of one kind, and whose they are. */
export interface SweptSecrets {
  readonly secrets: SecretInventory & { deleteWithRecovery(id: string): Promise<void> }
  /** Which of these there are, readable or not. */
  readonly owners: { existing(ids: readonly string[]): Promise<ReadonlySet<string>> }
}

export interface SweepServices {
  readonly kinds: readonly SweptSecrets[]
  readonly now: () => Date
}

export interface SweepResult {
  readonly looked: number
  readonly deleted: number
  /** True when the limit was reached: the next sweep goes on. */
  readonly more: boolean
}

/** Sends secrets that no account or profile refers to into their seven-day recovery window. */
export const sweepSecrets = async ({ kinds, now }: SweepServices): Promise<SweepResult> => {
  const before = new Date(now().getTime() - orphanAge)
  let looked = 0
  let deleted = 0
  for (const { secrets, owners } of kinds)
    for await (const ids of secrets.createdBefore(before)) {
      const existing = await owners.existing(ids)
      looked += ids.length
      for (const id of ids.filter((one) => !existing.has(one))) {
        if (deleted === highestSweep) return { looked, deleted, more: true }
        await secrets.deleteWithRecovery(id)
        deleted += 1
      }
    }
  return { looked, deleted, more: false }
}
