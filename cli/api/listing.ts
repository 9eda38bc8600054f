import type { Command } from 'commander'
import type * as z from 'zod'
import type { CommandOutput } from '../terminal/cli-error.ts'
import { type JsonFields, printJson, withJson } from '../terminal/json-fields.ts'
import { type Column, TablePrinter } from '../terminal/layout/table.ts'
import { type ApiClient, connected } from './client.ts'
import { firstOf, limitOf, type PagingOptions, tellMore, withPaging } from './paging.ts'

/** How to show a list from the API as a table. */
export interface Listing<T, Options> {
  /** Includes the query string. */
  readonly path: (options: Options, api: ApiClient) => string | Promise<string>
  readonly schema: z.ZodType<T>
  readonly columns: ReadonlyArray<Column<T>>
  /** The plural, for the text on standard error instead of an empty table. */
  readonly things: string
  /** Added to that text if there are none at all. */
  readonly whenNone?: string
  /** True for lists that grow with the mail. Such a list begins with its newest entries. */
  readonly paged?: true
}

interface ListingOptions extends PagingOptions {
  readonly json?: JsonFields
}

/** The number of rows whose widths decide about a table, and that are printed together. */
const chunk = 50

/** Adds `--json`, the options of a paged list, and the action that prints the table. */
export const asListing = <T extends object, Options>(
  command: Command,
  output: CommandOutput,
  { path, schema, columns, things, whenNone, paged }: Listing<T, Options>,
): Command => {
  withJson(command, schema)
  if (paged) withPaging(command)
  return command.action(async (options: Options & ListingOptions, given: Command) => {
    const api = connected(given)
    const limit = paged ? limitOf(options) : Number.POSITIVE_INFINITY
    const items = api.list(await path(options, api), schema)
    if (options.json) {
      const all: T[] = []
      const more = await firstOf(items, limit, (item) => all.push(item))
      printJson(output, all, options.json)
      return tellMore(output, more, limit)
    }
    const count = await printTable(output, items, columns, limit)
    if (count === 0)
      output.err(
        isFiltered(options)
          ? `No ${things} match.\n`
          : `${[`There are no ${things}.`, whenNone ?? ''].join(' ').trimEnd()}\n`,
      )
  })
}

/** Prints at most `limit` rows, each as soon as a page of them is read. @returns the number of rows */
export const printTable = async <T>(
  output: CommandOutput,
  items: AsyncIterable<T>,
  columns: ReadonlyArray<Column<T>>,
  limit: number,
): Promise<number> => {
  const table = new TablePrinter(output, columns)
  let [rows, count]: [T[], number] = [[], 0]
  const more = await firstOf(items, limit, (item) => {
    rows.push(item)
    count += 1
    if (rows.length < chunk) return
    table.print(rows)
    rows = []
  })
  table.print(rows)
  tellMore(output, more, limit)
  return count
}

/** All other options of a list select items. */
const isFiltered = ({ json: _json, limit: _limit, all: _all, ...filters }: ListingOptions & object): boolean =>
  Object.values(filters).some((value) => value !== undefined)

/** @returns a query string of the defined values */
export const queryOf = (parts: Readonly<Record<string, string | undefined>>): string => {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parts)) if (value !== undefined) query.set(name, value)
  return query.toString()
}
