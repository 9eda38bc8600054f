import { Command, Option } from 'commander'
import { messageLineSchema } from '../../lib/messages/message-line.ts'
import { runStates, runTriggers } from '../../lib/runs/run.ts'
import { accountNameOf, durationOf, queuesOf, type RunAnswer, runAnswerSchema, stateOf } from '../api/answers.ts'
import { connected } from '../api/client.ts'
import { asListing, queryOf } from '../api/listing.ts'
import { tolerant } from '../api/tolerant.ts'
import type { CommandOutput } from '../terminal/cli-error.ts'
import { tableOf } from '../terminal/table.ts'
import { jsonText, plain } from '../terminal/text.ts'

/** `postmaster runs …` */
export const runsCommand = (output: CommandOutput): Command =>
  new Command('runs')
    .description('fetch runs: see when they ran and what they did')
    .addCommand(listRunsCommand(output))
    .addCommand(showRunCommand(output))

interface RunListOptions {
  readonly account?: string
  readonly state?: string
  readonly trigger?: string
  readonly from?: string
  readonly to?: string
}

export const listRunsCommand = (output: CommandOutput): Command =>
  asListing(
    new Command('list')
      .description('list fetch runs, newest first; successful runs are kept for 7 days, others for 31 days')
      .option('--account <id>', 'only runs of this account')
      .addOption(new Option('--state <value>', 'only runs in this state').choices(runStates))
      .addOption(new Option('--trigger <value>', 'only runs with this trigger').choices(runTriggers))
      .option('--from <time>', 'only runs requested from this day or time onwards, for example 2026-03-02')
      .option('--to <time>', 'only runs requested up to this day or time')
      .addHelpText(
        'after',
        '\nExamples:\n  postmaster runs list --state failed\n  postmaster runs list --account 01J… --from 2026-03-02',
      ),
    output,
    {
      path: ({ account, ...filters }: RunListOptions) => {
        const query = queryOf({
          limit: '100',
          state: filters.state,
          trigger: filters.trigger,
          from: filters.from,
          to: filters.to,
        })
        return account === undefined ? `/runs?${query}` : `/accounts/${encodeURIComponent(account)}/runs?${query}`
      },
      schema: runAnswerSchema,
      head: ['REQUESTED', 'ACCOUNT', 'STATE', 'STORED', 'DELETED', 'QUEUES', 'SECONDS', 'RUN'],
      row: (run) => [
        run.askedAt,
        accountNameOf(run),
        run.error ? `${run.state}: ${run.error.code}` : run.state,
        String(run.counts.stored),
        String(run.counts.deleted),
        queuesOf(run),
        durationOf(run),
        run.runId,
      ],
      empty: 'No runs match.',
      atMost: 50,
    },
  )

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
      const lines = await api.all(`${path}/messages?limit=100`, tolerant(messageLineSchema))
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
    `${accountNameOf(run)}: ${stateOf(run)}${run.duration === undefined ? '' : ` after ${durationOf(run)} s`}`,
    `Requested ${run.askedAt} by ${plain(run.askedBy)}${run.parts > 1 ? `, in ${run.parts} parts` : ''}`,
    `Found ${counts.found} = stored ${counts.stored} + known ${counts.alreadyKnown} + skipped ${counts.skipped}${skipped} + left ${counts.left}`,
    `Announced ${counts.announced}, removed from the server ${counts.deleted}, ${run.bytes} bytes, ${run.roundTrips} round trips`,
    ...(run.oldestWaitingAt ? [`Oldest message waiting since ${run.oldestWaitingAt}`] : []),
    ...(run.error ? [`\n${plain(run.error.detail)}`, `  ${plain(run.error.remedy)}`] : []),
    ...run.events.map(({ at, detail }) => `${at}  ${plain(detail)}`),
  ]
  return lines.join('\n')
}
