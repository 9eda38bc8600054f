import type { Account, AccountReader } from '../account.ts'
import { mailboxKeyOf } from '../mailbox-key.ts'
import type { MailboxClaims } from './account-store.ts'

/**
 * In milliseconds. A claim without its account is protected for this time. After the claim, a request has at most 30 s
 * to write the account (API Gateway's limit), and clocks differ.
 */
const claimGrace = 60_000

export type ClaimingAccount = Pick<
  Account,
  'accountId' | 'version' | 'type' | 'host' | 'username' | 'mailbox' | 'folder'
>

/**
 * Who holds the mailbox instead: an account that collects it, an account that is being saved, or a concurrent request.
 */
export type Rival = { readonly account: Account } | { readonly savingId: string } | 'another-request'

export interface HoldServices {
  readonly accounts: Pick<AccountReader, 'read'>
  readonly claims: Pick<MailboxClaims, 'claim' | 'takeOver'>
}

/**
 * Claims the mailbox for the account, unless another account holds it. If the claim's account does not exist or
 * collects another mailbox, the claim is left over from an interrupted change, and this account takes it over.
 * @returns who holds the mailbox instead; undefined if the account holds it now
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
