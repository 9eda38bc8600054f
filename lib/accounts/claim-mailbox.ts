import { ProblemError } from '../reasons/problem.ts'
import type { Claim, Rival } from '../tables/claims.ts'
import type { Account } from './account.ts'
import type { AccountServices } from './account-services.ts'
import { accountNameOf, mailboxKeyOf } from './mailbox-key.ts'
import type { ClaimingAccount } from './store/mailbox-claims.ts'

type ClaimServices = Pick<AccountServices, 'accounts' | 'claims' | 'now'>

/** DynamoDB limits a page to 1 MB anyway, which is about 1,000 accounts. */
const accountsPerPage = 1000

/**
 * Claims the mailbox of `account`, which is not yet written, unless another account collects the mailbox.
 * @throws ProblemError `mailbox-taken` with the id of the other account
 */
export const claimMailbox = async (account: ClaimingAccount, services: ClaimServices): Promise<Claim> => {
  const { accounts, claims, now } = services
  const taken = await claims.take(account, accounts, now())
  if ('rival' in taken) throw mailboxTaken(taken.rival)
  if ((await claims.checkedAt()) !== undefined) return taken.claim
  const collector = await otherCollectorOf(account, services)
  if (!collector) return taken.claim
  await claims.release(taken.claim)
  throw mailboxTaken({ owner: collector })
}

/**
 * Until the claims of an earlier version are stored under their new keys, a mailbox without a claim may still be in
 * use.
 */
const otherCollectorOf = async (
  account: ClaimingAccount,
  { accounts }: ClaimServices,
): Promise<Account | undefined> => {
  const mailbox = mailboxKeyOf(account)
  const collects = (other: Account | undefined) =>
    other !== undefined && other.accountId !== account.accountId && mailboxKeyOf(other) === mailbox
  let after: Awaited<ReturnType<typeof accounts.page>>['next']
  do {
    const page = await accounts.page({ limit: accountsPerPage, ...(after && { after }) })
    for (const listed of page.accounts.filter(collects)) {
      // The list is eventually consistent.
      const current = await accounts.read(listed.accountId)
      if (collects(current)) return current
    }
    after = page.next
  } while (after)
  return undefined
}

const mailboxTaken = (rival: Rival<Account>) => new ProblemError('mailbox-taken', detailOf(rival))

const detailOf = (rival: Rival<Account>): string => {
  if (rival === 'another-request') return 'Another request has just claimed this mailbox.'
  if ('savingId' in rival) return `The account ${rival.savingId} is being saved with this mailbox right now.`
  const { owner } = rival
  return `The account ${owner.accountId} (${accountNameOf(owner)}) already collects this mailbox.`
}
