import type { Command } from 'commander'
import type * as z from 'zod'
import type { CommandOutput } from '../terminal/cli-error.ts'
import { wholeNumber } from '../terminal/options.ts'
import { tableOf } from '../terminal/table.ts'
import { jsonText, plain } from '../terminal/text.ts'
import { type ApiClient, connected } from './client.ts'

/** How to show a list from the API as a table. */
export interface Listing<T, Options> {
  /** Includes the query string. */
  readonly path: (options: Options, api: ApiClient) => string | Promise<string>
  readonly schema: z.ZodType<T>
  readonly head: readonly string[]
  readonly row: (item: T) => readonly string[]
  /** Lines below the row, for text that is too long for a column. */
  readonly below?: (item: T) => readonly string[]
  /** Printed instead of an empty table. */
  readonly empty: string
  /** The number of items to show by default, for long lists that are sorted newest first. */
  readonly atMost?: number
}

interface ListingOptions {
  readonly json?: true
  readonly limit?: number
}

/**
 * Adds `--json`, `--limit` if the listing has a default limit, and the action that prints the table. Makes the cells of
 * all tables safe to print on a terminal.
 */
export const asListing = <T, Options>(
  command: Command,
  { out, err }: CommandOutput,
  listing: Listing<T, Options>,
): Command => {
  const { path, schema, head, row, below = () => [], empty, atMost } = listing
  command.option('--json', 'print the API response as JSON, for scripts')
  if (atMost !== undefined)
    command.option('--limit <number>', `maximum number of entries (default: ${atMost})`, wholeNumber)
  return command.action(async (options: Options & ListingOptions, given: Command) => {
    const limit = options.limit ?? atMost ?? Number.POSITIVE_INFINITY
    const items: T[] = []
    let more = false
    const api = connected(given)
    for await (const item of api.list(await path(options, api), schema)) {
      more = items.length === limit
      if (more) break
      items.push(item)
    }
    if (options.json) return out(jsonText(items))
    if (items.length === 0) return out(empty)
    out(
      tableOf(
        head,
        items.map((item) => row(item).map(plain)),
        items.map((item) => below(item).map(plain)),
      ),
    )
    if (more) err(`Only the first ${limit} are shown. Use --limit to see more.\n`)
  })
}

/** @returns a query string of the defined values */
export const queryOf = (parts: Readonly<Record<string, string | undefined>>): string => {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parts)) if (value !== undefined) query.set(name, value)
  return query.toString()
}
