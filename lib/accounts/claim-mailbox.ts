import { ProblemError } from '../problems/problem.ts'
import type { Account } from './account.ts'
import type { AccountServices } from './account-services.ts'
import { mailboxKeyOf, mailboxUserOf } from './mailbox-key.ts'

/**
 * Milliseconds a claim stands without its account: a request that made one has 30 s at most to write the account
 * (API Gateway's limit), and clocks differ.
 */
const claimGrace = 60_000

/**
 * Makes sure no other account collects the mailbox, before `account` (a version not yet written) may. A claim whose
 * account does not exist, or has moved to another mailbox, is the remainder of something interrupted and is taken over.
 * @throws ProblemError `mailbox-taken` naming the other account
 */
export const claimMailbox = async (
  account: Pick<Account, 'accountId' | 'version' | 'type' | 'host' | 'username' | 'mailbox' | 'folder'>,
  { accounts, claims, now }: Pick<AccountServices, 'accounts' | 'claims' | 'now'>,
): Promise<void> => {
  const mailbox = mailboxKeyOf(account)
  const at = now()
  const claim = { mailbox, accountId: account.accountId, version: account.version, claimedAt: at.toISOString() }
  const holder = await claims.claim(claim)
  if (!holder) return
  const other = await accounts.read(holder.accountId)
  if (other && mailboxKeyOf(other) === mailbox)
    throw taken(`Account ${other.accountId} (${mailboxUserOf(other)} at ${other.host}) collects it.`)
  if (at.getTime() - Date.parse(holder.claimedAt) < claimGrace)
    throw taken(`Account ${holder.accountId} is being created or changed for it right now.`)
  if (!(await claims.takeOver(claim, holder))) throw taken('Another request has just claimed it.')
}

const taken = (detail: string) => new ProblemError('mailbox-taken', detail)
