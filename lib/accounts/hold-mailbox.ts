import type { Account, AccountReader } from './account.ts'
import type { MailboxClaims } from './account-store.ts'
import { mailboxKeyOf } from './mailbox-key.ts'

/**
 * Milliseconds a claim stands without its account: a request that made one has 30 s at most to write the account
 * (API Gateway's limit), and clocks differ.
 */
const claimGrace = 60_000

export type ClaimingAccount = Pick<
  Account,
  'accountId' | 'version' | 'type' | 'host' | 'username' | 'mailbox' | 'folder'
>

/** Who has the mailbox instead: an account that collects it, one that is being saved, or a request at the same moment. */
export type Rival = { readonly account: Account } | { readonly savingId: string } | 'another-request'

export interface HoldServices {
  readonly accounts: Pick<AccountReader, 'read'>
  readonly claims: Pick<MailboxClaims, 'claim' | 'takeOver'>
}

/**
 * Claims the mailbox for the account, unless another one has it. A claim whose account does not exist, or has moved to
 * another mailbox, is the remainder of something interrupted and is taken over.
 */
export const holdMailbox = async (
  account: ClaimingAccount,
  now: Date,
  { accounts, claims }: HoldServices,
): Promise<Rival | undefined> => {
  const mailbox = mailboxKeyOf(account)
  const claim = { mailbox, accountId: account.accountId, version: account.version, claimedAt: now.toISOString() }
  const holder = await claims.claim(claim)
  if (!holder) return undefined
  const other = await accounts.read(holder.accountId)
  if (other && mailboxKeyOf(other) === mailbox) return { account: other }
  if (now.getTime() - Date.parse(holder.claimedAt) < claimGrace) return { savingId: holder.accountId }
  return (await claims.takeOver(claim, holder)) ? undefined : 'another-request'
}
