import type { Command } from 'commander'
import type * as z from 'zod'
import { connected } from './connected.ts'
import { jsonText } from './json.ts'
import { wholeNumber } from './number-option.ts'
import type { CommandOutput } from './output.ts'
import { plain } from './plain.ts'
import { tableOf } from './table.ts'

/** How a list of the API becomes a table. */
export interface Listing<T, Options> {
  /** With its query. */
  readonly path: (options: Options) => string
  readonly schema: z.ZodType<T>
  readonly head: readonly string[]
  readonly row: (item: T) => readonly string[]
  /** Said instead of an empty table. */
  readonly empty: string
  /** Newest first without end: only so many are shown, unless asked for more. */
  readonly atMost?: number
}

interface ListingOptions {
  readonly json?: true
  readonly limit?: number
}

/** Adds `--json`, where needed `--limit`, and the action that prints. Cells are made harmless for terminals here, once for all tables. */
export const asListing = <T, Options>(
  command: Command,
  { out, err }: CommandOutput,
  listing: Listing<T, Options>,
): Command => {
  const { path, schema, head, row, empty, atMost } = listing
  command.option('--json', 'the API’s answer, for programs')
  if (atMost !== undefined) command.option('--limit <number>', `show so many (default: ${atMost})`, wholeNumber)
  return command.action(async (options: Options & ListingOptions, given: Command) => {
    const limit = options.limit ?? atMost ?? Number.POSITIVE_INFINITY
    const items: T[] = []
    let more = false
    for await (const item of connected(given).list(path(options), schema)) {
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
      ),
    )
    if (more) err(`Only the first ${limit} are shown; say --limit for more.\n`)
  })
}

/** A query string of what is set. */
export const queryOf = (parts: Readonly<Record<string, string | undefined>>): string => {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parts)) if (value !== undefined) query.set(name, value)
  return query.toString()
}
