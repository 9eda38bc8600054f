import type { Actor } from '../requests/actor.ts'
import { assertVersion, changedMeanwhile, type ExpectedVersion } from '../requests/expected-version.ts'
import type { AccountId } from './account.ts'
import type { AccountServices } from './account-services.ts'
import { accountIntention } from './audited-account.ts'
import { mailboxKeyOf } from './mailbox-key.ts'
import { readAccount } from './read-account.ts'
import { forgetCredential } from './write-credential.ts'

const overtakenAttempts = 5

/**
 * Order: audit entry, row, claim, secret or tokens. From the row's end on nothing is fetched; a running fetch stops at
 * its next chunk. If it is interrupted after that, the claim is taken over by whoever wants it and the daily sweep
 * finds the secret. Stored mail stays.
 * @throws ProblemError `not-found`, `changed-meanwhile`
 */
export const deleteAccount = async (
  accountId: AccountId,
  expected: ExpectedVersion,
  by: Actor,
  services: AccountServices,
): Promise<void> => {
  for (let attempt = 0; attempt < (expected === 'any' ? overtakenAttempts : 1); attempt += 1) {
    const account = await readAccount(accountId, services)
    assertVersion(expected, account.version)
    const intention = accountIntention('delete', by, account, undefined)
    const remove = () => services.accounts.remove(accountId, account.version)
    if (!(await services.audit.record(intention, remove, Boolean))) continue
    await services.claims.release({ mailbox: mailboxKeyOf(account), accountId, version: account.version })
    await forgetCredential(accountId, account.credential, undefined, services)
    return
  }
  throw changedMeanwhile()
}
