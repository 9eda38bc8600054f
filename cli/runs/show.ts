import { Command } from 'commander'
import { type MessageLine, messageLineSchema } from '../../lib/messages/message-line.ts'
import { accountNameOf, durationOf, type RunAnswer, runAnswerSchema } from '../api/answers.ts'
import { connected } from '../api/client.ts'
import type { CommandOutput } from '../terminal/cli-error.ts'
import { tableOf } from '../terminal/table.ts'
import { jsonText, plain } from '../terminal/text.ts'

export const showRunCommand = ({ out }: CommandOutput): Command =>
  new Command('show')
    .description('show a run: what it found, did and left behind, and every message it stored')
    .addHelpText('after', '\nExample:\n  postmaster runs show 01J…')
    .argument('<run-id>', 'see `postmaster runs list`')
    .option('--json', 'print the API response as JSON, for scripts')
    .action(async (runId: string, { json }: { json?: true }, command: Command) => {
      const api = connected(command)
      const path = `/runs/${encodeURIComponent(runId)}`
      const run = await api.get(path, runAnswerSchema)
      const lines: MessageLine[] = []
      for await (const line of api.list(`${path}/messages?limit=100`, messageLineSchema)) lines.push(line)
      if (json) return out(jsonText({ ...run, messages: lines }))
      out(summaryOf(run))
      if (lines.length > 0)
        out(
          `\n${tableOf(
            ['SUBJECT', 'FROM', 'BYTES', 'QUEUE', 'WHY', 'MESSAGE'],
            lines.map((line) =>
              [
                line.subject ?? '',
                line.from ?? '',
                String(line.size),
                line.queueName,
                line.reason.detail,
                line.messageId.slice(0, 12),
              ].map(plain),
            ),
          )}`,
        )
    })

const summaryOf = (run: RunAnswer): string => {
  const { counts, skippedBecause } = run
  const why = Object.entries(skippedBecause).map(([reason, count]) => `${count} ${reason}`)
  const skipped = why.length > 0 ? ` (${why.join(', ')})` : ''
  const lines = [
    `${accountNameOf(run)}: ${run.state}${run.duration === undefined ? '' : ` after ${durationOf(run)} s`}`,
    `Requested ${run.askedAt} by ${plain(run.askedBy)}${run.parts > 1 ? `, in ${run.parts} parts` : ''}`,
    `Found ${counts.found} = stored ${counts.stored} + known ${counts.alreadyKnown} + skipped ${counts.skipped}${skipped} + left ${counts.left}`,
    `Announced ${counts.announced}, removed from the server ${counts.deleted}, ${run.bytes} bytes, ${run.roundTrips} round trips`,
    ...(run.oldestWaitingAt ? [`Oldest message waiting since ${run.oldestWaitingAt}`] : []),
    ...(run.error ? [`\n${plain(run.error.detail)}`, `  ${plain(run.error.remedy)}`] : []),
    ...run.events.map(({ at, detail }) => `${at}  ${plain(detail)}`),
  ]
  return lines.join('\n')
}
