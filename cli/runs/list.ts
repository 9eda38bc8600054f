import { Command, Option } from 'commander'
import { runStates, runTriggers } from '../../lib/runs/run.ts'
import { accountNameOf, durationOf, queuesOf, runAnswerSchema } from '../api/answers.ts'
import { asListing, queryOf } from '../api/listing.ts'
import type { CommandOutput } from '../terminal/cli-error.ts'

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
      .option('--from <time>', 'only runs requested from this day or time on, for example 2026-03-02')
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
