import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import type { FunctionsByFile } from './coverage.ts'
import { walks } from './walks.ts'

/**
 * `npm run walk` prints how many files and functions of `lib` and `functions` run for one request. A newcomer who
 * follows the request reads that much. `npm run walk -- --files` also lists the files.
 */

/** For example `lib/accounts`, or `lib/mailbox/imap`. */
const folderOf = (file: string): string => file.slice(0, file.lastIndexOf('/'))

const sum = (counts: Iterable<number>): number => [...counts].reduce((total, count) => total + count, 0)

const table = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
  return rows.map((row) => line(row).join('  ')).join('\n')
}

const folders = (title: string, ran: FunctionsByFile, withFiles: boolean): string => {
  const groups = [...Map.groupBy(ran, ([file]) => folderOf(file))].toSorted(
    ([, one], [, other]) => other.length - one.length,
  )
  const lines = groups.flatMap(([folder, files]) => [
    `${String(files.length).padStart(4)}  ${folder}`,
    ...(withFiles ? files.map(([file, count]) => `        ${file.slice(folder.length + 1)} (${count})`) : []),
  ])
  return [`${title}: ${ran.size} files`, ...lines].join('\n')
}

/** Runs a walk in its own thread, because a function reads its environment only once and may keep what it has read. */
const run = async (index: number): Promise<FunctionsByFile> => {
  const [ran] = await once(new Worker(new URL('one-walk.ts', import.meta.url), { workerData: index }), 'message')
  return ran
}

const { values } = parseArgs({ options: { files: { type: 'boolean', default: false } } })
const results = []
for (const [index, walk] of walks.entries()) results.push({ ...walk, ran: await run(index) })
const rows = results.map(({ title, goal, ran }) => [title, `${ran.size}`, `${goal ?? ''}`, `${sum(ran.values())}`])
console.log(table([['Walk', 'files', 'goal', 'functions'], ...rows]))
for (const { title, ran } of results) console.log(`\n${folders(title, ran, values.files)}`)
