import { plain } from '../plain.ts'
import { tableOf } from '../table.ts'
import type { RunAnswer } from './follow-runs.ts'

/** One line per account, and below it in words what went wrong and what to do. */
export const runTable = (runs: readonly RunAnswer[]): string => {
  const head = ['ACCOUNT', 'RESULT', 'FOUND', 'STORED', 'KNOWN', 'SKIPPED', 'LEFT', 'DELETED', 'QUEUES', 'SECONDS']
  return [tableOf(head, runs.map(rowOf)), ...runs.flatMap(explanationOf)].join('\n')
}

const nameOf = ({ accountHost, accountUsername, accountId }: RunAnswer): string =>
  plain(accountUsername === undefined ? accountId : `${accountUsername} at ${accountHost}`)

const rowOf = (run: RunAnswer): string[] => [
  nameOf(run),
  run.error ? `${run.state}: ${plain(run.error.code)}` : run.state,
  String(run.counts.found),
  String(run.counts.stored),
  String(run.counts.alreadyKnown),
  String(run.counts.skipped),
  String(run.counts.left),
  String(run.counts.deleted),
  Object.entries(run.storedByQueue)
    .map(([queue, count]) => `${plain(queue)} ${count}`)
    .join(', '),
  run.duration === undefined ? '' : (run.duration / 1000).toFixed(1),
]

const explanationOf = (run: RunAnswer): string[] =>
  run.error ? [`\n${nameOf(run)}: ${plain(run.error.words)}`, `  ${plain(run.error.remedy)}`] : []
