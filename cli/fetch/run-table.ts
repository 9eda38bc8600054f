import { accountNameOf, durationOf, queuesOf, type RunAnswer } from '../api/answers.ts'
import { tableOf } from '../terminal/table.ts'
import { plain } from '../terminal/text.ts'

/** @returns one line per account, followed by each error and its remedy */
export const runTable = (runs: readonly RunAnswer[]): string => {
  const head = ['ACCOUNT', 'RESULT', 'FOUND', 'STORED', 'KNOWN', 'SKIPPED', 'LEFT', 'DELETED', 'QUEUES', 'SECONDS']
  return [tableOf(head, runs.map(rowOf)), ...runs.flatMap(explanationOf)].join('\n')
}

const rowOf = (run: RunAnswer): string[] => [
  accountNameOf(run),
  run.error ? `${run.state}: ${plain(run.error.code)}` : run.state,
  String(run.counts.found),
  String(run.counts.stored),
  String(run.counts.alreadyKnown),
  String(run.counts.skipped),
  String(run.counts.left),
  String(run.counts.deleted),
  queuesOf(run),
  durationOf(run),
]

const explanationOf = (run: RunAnswer): string[] =>
  run.error ? [`\n${accountNameOf(run)}: ${plain(run.error.detail)}`, `  ${plain(run.error.remedy)}`] : []
