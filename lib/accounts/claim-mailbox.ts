import { ProblemError } from '../reasons/problem.ts'
import type { Account } from './account.ts'
import type { AccountServices } from './account-services.ts'
import { mailboxKeyOf, mailboxUserOf } from './mailbox-key.ts'
import { type ClaimingAccount, holdMailbox, type Rival } from './store/hold-mailbox.ts'

type ClaimServices = Pick<AccountServices, 'accounts' | 'claims' | 'now'>

/** DynamoDB limits a page to 1 MB anyway, which is about 1,000 accounts. */
const accountsPerPage = 1000

/**
 * Claims the mailbox for `account`, a version that is not yet written, unless another account collects the mailbox.
 * @throws ProblemError `mailbox-taken` with the id of the other account
 */
export const claimMailbox = async (account: ClaimingAccount, services: ClaimServices): Promise<void> => {
  const rival = await holdMailbox(account, services.now(), services)
  if (rival) throw taken(rival)
  if ((await services.claims.checkedAt()) !== undefined) return
  const collector = await otherCollectorOf(account, services)
  if (!collector) return
  const { accountId, version } = account
  await services.claims.release({ mailbox: mailboxKeyOf(account), accountId, version })
  throw taken({ account: collector })
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

const taken = (rival: Rival) => new ProblemError('mailbox-taken', wordsOf(rival))

const wordsOf = (rival: Rival): string => {
  if (rival === 'another-request') return 'Another request has just claimed this mailbox.'
  if ('savingId' in rival) return `The account ${rival.savingId} is being saved with this mailbox right now.`
  const { account } = rival
  return `The account ${account.accountId} (${mailboxUserOf(account)} on ${account.host}) already collects this mailbox.`
}
