import { ProblemError } from '../problems/problem.ts'
import type { Account } from './account.ts'
import type { AccountServices } from './account-services.ts'
import { type ClaimingAccount, holdMailbox, type Rival } from './hold-mailbox.ts'
import { mailboxKeyOf, mailboxUserOf } from './mailbox-key.ts'

type ClaimServices = Pick<AccountServices, 'accounts' | 'claims' | 'now'>

/** DynamoDB ends a page at 1 MB anyway, some 1,000 accounts. */
const accountsPerPage = 1000

/**
 * Makes sure no other account collects the mailbox, before `account` (a version not yet written) may.
 * @throws ProblemError `mailbox-taken` naming the other account
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

/** Until the claims of an earlier version have their new keys, a free claim does not prove that the mailbox is free. */
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
      // The list may lag behind a write.
      const current = await accounts.read(listed.accountId)
      if (collects(current)) return current
    }
    after = page.next
  } while (after)
  return undefined
}

const taken = (rival: Rival) => new ProblemError('mailbox-taken', wordsOf(rival))

const wordsOf = (rival: Rival): string => {
  if (rival === 'another-request') return 'Another request has just claimed it.'
  if ('savingId' in rival) return `Account ${rival.savingId} is being created or changed for it right now.`
  const { account } = rival
  return `Account ${account.accountId} (${mailboxUserOf(account)} at ${account.host}) collects it.`
}
