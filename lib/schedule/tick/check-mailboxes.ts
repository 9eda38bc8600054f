import type { Account } from '../../accounts/account.ts'
import { formerMailboxKeyOf, mailboxKeyOf } from '../../accounts/account-mailbox.ts'
import type { AccountStatus } from '../../accounts/account-status.ts'
import { type DispatchServices, eachAlone, type OnFailed } from './dispatch-services.ts'

/** Milliseconds between two checks. Each check reads all accounts, their claims and their statuses. */
const checkEvery = 24 * 60 * 60_000

/**
 * The maximum number of other accounts that an account's status lists for a shared mailbox. More than two accounts per
 * mailbox are rare.
 */
const namedRivals = 5

/**
 * Once a day, gives each account the claim of its mailbox under the current version's key, and records accounts that
 * share a mailbox in each other's status. Earlier versions compared mailboxes less strictly. Their claims have other
 * keys, so several accounts may collect the same mailbox.
 *
 * @returns one list of account IDs for each shared mailbox
 */
export const checkMailboxes = async (
  services: DispatchServices,
  mayGoOn: () => boolean,
  onFailed: OnFailed,
): Promise<string[][]> => {
  const { accounts, claims, statuses, now } = services
  const began = now().toISOString()
  const last = await claims.checkedAt()
  if (last !== undefined && Date.parse(last) > now().getTime() - checkEvery) return []
  const collectors = new Map<string, Set<string>>()
  const rivals = new Map<string, AccountStatus['sameMailbox']>()
  let complete = true
  const failed: OnFailed = (accountId, error) => {
    complete = false
    onFailed(accountId, error)
  }
  for await (const accountIds of accounts.changedSince(new Date(0).toISOString())) {
    if (!mayGoOn()) return []
    const page = await accounts.readMany(accountIds)
    const held = await claims.readMany(page.map(mailboxKeyOf))
    const holders = new Map(held.map(({ key, holder }) => [key, holder]))
    const withoutClaim = page.filter((account) => holders.get(mailboxKeyOf(account)) !== account.accountId)
    await eachAlone(withoutClaim, (account) => rekey(account, services), failed)
    for (const account of page) {
      const key = mailboxKeyOf(account)
      collectors.set(key, (collectors.get(key) ?? new Set()).add(account.accountId))
    }
    for (const { accountId, sameMailbox } of await statuses.readMany(accountIds)) rivals.set(accountId, sameMailbox)
  }
  const shared = [...collectors.values()].filter(({ size }) => size > 1).map((ids) => [...ids].sort())
  const outdated = [...rivals]
    .map(([accountId, known]) => ({ accountId, known, sameMailbox: rivalsOf(accountId, shared) }))
    .filter(({ known, sameMailbox }) => known?.join() !== sameMailbox?.join())
  await eachAlone(outdated, ({ accountId, sameMailbox }) => statuses.change(accountId, { sameMailbox }), failed)
  if (complete) await claims.noteChecked(began)
  return shared
}

/**
 * Moves the claim to the current key. If another account holds the mailbox, the former claim stays until it is free.
 */
const rekey = async (account: Account, services: DispatchServices): Promise<void> => {
  const { accounts, claims, now } = services
  if ('rival' in (await claims.takeFor(account, accounts, now()))) return
  const formerKey = formerMailboxKeyOf(account)
  const former = formerKey === mailboxKeyOf(account) ? undefined : await claims.heldBy(account.accountId, formerKey)
  if (former) await claims.release(former)
}

const rivalsOf = (accountId: string, shared: readonly string[][]): string[] | undefined =>
  shared
    .find((accountIds) => accountIds.includes(accountId))
    ?.filter((id) => id !== accountId)
    .slice(0, namedRivals)
