import type { Command } from 'commander'
import type { CommandOutput } from '../terminal/cli-error.ts'
import { wholeNumber } from '../terminal/options.ts'

/** The options of a list that can be long. */
export interface PagingOptions {
  readonly limit?: number
  readonly all?: true
}

const usualLimit = 50

export const withPaging = (command: Command): Command =>
  command
    .option('--limit <number>', `maximum number of entries (default: ${usualLimit})`, wholeNumber)
    .option('--all', 'all entries')

export const limitOf = ({ limit, all }: PagingOptions): number =>
  all ? Number.POSITIVE_INFINITY : (limit ?? usualLimit)

/** Calls `take` for at most `limit` items. @returns true if there are more */
export const firstOf = async <T>(items: AsyncIterable<T>, limit: number, take: (item: T) => void): Promise<boolean> => {
  let count = 0
  for await (const item of items) {
    if (count === limit) return true
    take(item)
    count += 1
  }
  return false
}

/** Says how to see the rest, on standard error, so that a script does not read it as an entry. */
export const tellMore = ({ err }: Pick<CommandOutput, 'err'>, more: boolean, limit: number): void => {
  if (!more) return
  const shown = limit === 1 ? 'Only the first entry is shown' : `Only the first ${limit} are shown`
  err(`${shown}. Use --limit or --all to see more.\n`)
}
