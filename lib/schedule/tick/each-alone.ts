import pLimit from 'p-limit'
import { writesSideBySide } from '../../tables/tables.ts'

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
