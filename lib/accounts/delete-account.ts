import { changeVersioned } from '../changes/versioned-change.ts'
import type { AccountServices } from './account-services.ts'
import { changeableAccount } from './audited-account.ts'
import type { AccountChange } from './change-account.ts'
import { mailboxKeyOf } from './mailbox-key.ts'
import { forgetCredential } from './write-credential.ts'

/**
 * Order: audit entry, row, claim, secret or tokens. Once the row is deleted, nothing more is fetched, and a run in
 * progress stops at its next chunk. If the deletion is interrupted after that, another account can take over the claim,
 * and the daily sweep deletes the secret. Stored mail is kept.
 * @throws ProblemError `not-found`, `changed-meanwhile`
 */
export const deleteAccount = async (change: AccountChange, services: AccountServices): Promise<void> => {
  const { accountId } = change
  const { accounts, claims } = services
  const changeable = changeableAccount(accountId, services)
  const { before, claim } = await changeVersioned(services, changeable, change, async (account) => ({
    claim: await claims.heldBy(accountId, mailboxKeyOf(account)),
    write: () => accounts.remove(accountId, account.version),
  }))
  if (claim) await claims.release(claim)
  await forgetCredential(accountId, before.credential, undefined, services)
}
