import type { Actor } from '../audit/audit-entry.ts'
import { assertVersion, attemptsFor, changedMeanwhile } from '../changes/expected-version.ts'
import type { ExpectedVersion } from '../changes/versioned-change.ts'
import type { AccountId } from './account.ts'
import type { AccountServices } from './account-services.ts'
import { accountIntention } from './audited-account.ts'
import { mailboxKeyOf } from './mailbox-key.ts'
import { readAccount } from './store/account-store.ts'
import { forgetCredential } from './write-credential.ts'

/**
 * Order: audit entry, row, claim, secret or tokens. Once the row is deleted, nothing more is fetched, and a run in
 * progress stops at its next chunk. If the deletion is interrupted after that, another account can take over the claim,
 * and the daily sweep deletes the secret. Stored mail is kept.
 * @throws ProblemError `not-found`, `changed-meanwhile`
 */
export const deleteAccount = async (
  accountId: AccountId,
  expected: ExpectedVersion,
  by: Actor,
  services: AccountServices,
): Promise<void> => {
  for (let attempt = 0; attempt < attemptsFor(expected); attempt += 1) {
    const account = await readAccount(accountId, services)
    assertVersion(expected, account.version)
    const intention = accountIntention('delete', by, account, undefined)
    const claim = await services.claims.heldBy(accountId, mailboxKeyOf(account))
    const remove = () => services.accounts.remove(accountId, account.version)
    if (!(await services.audit.record(intention, remove, Boolean))) continue
    if (claim) await services.claims.release(claim)
    await forgetCredential(accountId, account.credential, undefined, services)
    return
  }
  throw changedMeanwhile()
}
