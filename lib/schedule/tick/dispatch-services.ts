import pLimit from 'p-limit'
import type { MailboxClaims } from '../../accounts/account-mailbox.ts'
import type { AccountReader } from '../../accounts/store/account-store.ts'
import type { Announcer, MessageLedger } from '../../messages/message.ts'
import type { RunStore } from '../../runs/run-store.ts'
import { writesSideBySide } from '../../tables/tables.ts'
import type { Clock } from '../../text/clock.ts'
import type { AccountStatusStore } from '../account-status-store.ts'
import type { FetchQueue } from '../fetch-queue.ts'

/** The external services of one tick of the schedule. */
export interface DispatchServices {
  readonly accounts: AccountReader
  readonly claims: Pick<MailboxClaims, keyof MailboxClaims>
  readonly statuses: Omit<AccountStatusStore, 'listed' | 'failing'>
  readonly runs: Pick<RunStore, 'openBefore' | 'saveOpen'>
  readonly queue: Pick<FetchQueue, 'send'>
  readonly ledger: Pick<MessageLedger, 'unannounced' | 'markAnnounced'>
  readonly announcer: Announcer
  readonly tickMinutes: number
  readonly now: Clock
}

/** Called for each account for which a step failed while it continued with the others. */
export type OnFailed = (accountId: string, error: unknown) => void

/**
 * Does the work for every item, many items at a time. A failure affects only its own item.
 *
 * @returns the results of the items that did not fail
 */
export const eachAlone = async <Item extends { readonly accountId: string }, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
  onFailed: OnFailed,
): Promise<Result[]> => {
  const results: Result[] = []
  await pLimit(writesSideBySide).map(items, async (item) => {
    try {
      results.push(await work(item))
    } catch (error) {
      onFailed(item.accountId, error)
    }
  })
  return results
}
