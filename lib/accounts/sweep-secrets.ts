import type { SecretInventory, SecretStore } from '../secrets/secret-store.ts'
import type { AccountReader } from './account.ts'

/** Milliseconds. A secret is written moments before its account's row; a day is beyond every doubt. */
const orphanAge = 24 * 60 * 60 * 1000
/**
 * Orphans come from interrupted requests, so a handful is normal. Hundreds would mean that we are looking at the wrong
 * table: then this is all one sweep takes away, and there are seven days to notice.
 */
export const highestSweep = 100

export interface SweepServices {
  readonly inventory: SecretInventory
  readonly secrets: Pick<SecretStore, 'deleteWithRecovery'>
  readonly accounts: Pick<AccountReader, 'existing'>
  readonly now: () => Date
}

export interface SweepResult {
  readonly looked: number
  readonly deleted: number
  /** True when the limit was reached: the next sweep goes on. */
  readonly more: boolean
}

/** Sends secrets that no account refers to into their seven-day recovery window. */
export const sweepSecrets = async ({ inventory, secrets, accounts, now }: SweepServices): Promise<SweepResult> => {
  let looked = 0
  let deleted = 0
  for await (const accountIds of inventory.createdBefore(new Date(now().getTime() - orphanAge))) {
    const existing = await accounts.existing(accountIds)
    looked += accountIds.length
    for (const accountId of accountIds.filter((id) => !existing.has(id))) {
      if (deleted === highestSweep) return { looked, deleted, more: true }
      await secrets.deleteWithRecovery(accountId)
      deleted += 1
    }
  }
  return { looked, deleted, more: false }
}
