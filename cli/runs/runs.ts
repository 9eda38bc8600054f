import { Command, Option } from 'commander'
import type * as z from 'zod'
import { messageLineSchema } from '../../lib/messages/message-line.ts'
import { runStates, runTriggers } from '../../lib/runs/run.ts'
import { accountNameOf, durationOf, queuesOf, type RunAnswer, runAnswerSchema, stateOf } from '../api/answers.ts'
import { type ApiClient, connected } from '../api/client.ts'
import { accountIdOf } from '../api/find/accounts.ts'
import { runIdOf } from '../api/find/runs.ts'
import { asListing, printTable, queryOf } from '../api/listing.ts'
import { firstOf, limitOf, type PagingOptions, withPaging } from '../api/paging.ts'
import { accountPath } from '../api/paths.ts'
import { tolerant } from '../api/tolerant.ts'
import type { CommandOutput } from '../terminal/cli-error.ts'
import { type JsonFields, printJson, withJson } from '../terminal/json-fields.ts'
import { printDescribed } from '../terminal/layout/described.ts'
import type { Column } from '../terminal/layout/table.ts'
import { addTimeRange } from '../terminal/options.ts'

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
    addTimeRange(
      new Command('list')
        .description('list fetch runs, newest first; successful runs are kept for 7 days, others for 31 days')
        .option('--account <account>', 'only runs of this account')
        .addOption(new Option('--state <value>', 'only runs in this state').choices(runStates))
        .addOption(new Option('--trigger <value>', 'only runs with this trigger').choices(runTriggers)),
      'only runs requested',
    ).addHelpText(
      'after',
      '\nExamples:\n  postmaster runs list --state failed --from yesterday\n  postmaster runs list --account support@example.com --from 2026-03-02',
    ),
    output,
    {
      path: async ({ account, ...filters }: RunListOptions, api) => {
        const query = queryOf({
          limit: '100',
          state: filters.state,
          trigger: filters.trigger,
          from: filters.from,
          to: filters.to,
        })
        return account === undefined
          ? `/runs?${query}`
          : `${accountPath(await accountIdOf(api, account))}/runs?${query}`
      },
      schema: runAnswerSchema,
      columns: [
        { head: 'ID', value: ({ runId }) => runId, kind: 'id' },
        { head: 'REQUESTED', value: ({ askedAt }) => askedAt, kind: 'time' },
        { head: 'ACCOUNT', value: accountNameOf },
        { head: 'STATE', value: ({ state }) => state, kind: 'state' },
        { head: 'STORED', value: ({ counts }) => counts.stored, kind: 'number' },
        { head: 'REMOVED', value: ({ counts }) => counts.deleted + counts.moved, kind: 'number' },
        { head: 'SECONDS', value: durationOf, kind: 'number' },
        { head: 'QUEUES', value: queuesOf },
        { head: 'ERROR', value: ({ error }) => error?.code },
        { head: 'REASON', value: ({ error }) => error?.detail, below: 'one-line' },
      ],
      things: 'runs',
      paged: true,
    },
  )

interface ShowOptions extends PagingOptions {
  readonly json?: JsonFields
}

const lineSchema = tolerant(messageLineSchema)
type RunMessage = z.infer<typeof lineSchema>

export const showRunCommand = (output: CommandOutput): Command =>
  withPaging(
    withJson(new Command('show'), runAnswerSchema, ['messages']).description(
      'show a run: what it found, did and left behind, and the messages it stored',
    ),
  )
    .addHelpText('after', '\nExamples:\n  postmaster runs show 01J…\n  postmaster runs show 01J… --all')
    .argument('<run>', 'id, see `postmaster runs list`')
    .action(async (named: string, { json, ...paging }: ShowOptions, command: Command) => {
      const api = connected(command)
      const path = `/runs/${encodeURIComponent(await runIdOf(api, named))}`
      const run = await api.get(path, runAnswerSchema)
      const messages = `${path}/messages?limit=100`
      if (json) return printJson(output, { ...run, messages: await jsonMessages(api, messages, json, paging) }, json)
      printSummary(output, run)
      if (run.counts.stored === 0) return
      output.out('')
      await printTable(output, api.list(messages, lineSchema), messageColumns, limitOf(paging))
    })

const messageColumns: ReadonlyArray<Column<RunMessage>> = [
  { head: 'MESSAGE', value: ({ messageId }) => messageId, kind: 'id' },
  { head: 'QUEUE', value: ({ queueName }) => queueName },
  { head: 'FROM', value: ({ from }) => from },
  { head: 'SUBJECT', value: ({ subject, erased }) => (erased ? '(erased)' : subject) },
  { head: 'WHY', value: ({ reason }) => reason.detail },
  { head: 'BYTES', value: ({ size }) => size, kind: 'number' },
]

/** @returns the messages that the JSON shows: all of them, because a program reads it */
const jsonMessages = async (api: ApiClient, path: string, json: JsonFields, { limit }: PagingOptions) => {
  const messages: RunMessage[] = []
  if (json === true || json.includes('messages'))
    await firstOf(api.list(path, lineSchema), limit ?? Number.POSITIVE_INFINITY, (message) => messages.push(message))
  return messages
}

const printSummary = (output: CommandOutput, run: RunAnswer): void => {
  const { counts, skippedBecause } = run
  const why = Object.entries(skippedBecause).map(([reason, count]) => `${count} ${reason}`)
  const skipped = why.length > 0 ? ` (${why.join(', ')})` : ''
  printDescribed(output, [
    ['Run', run.runId],
    ['Account', accountNameOf(run)],
    ['State', `${stateOf(run)}${run.duration === undefined ? '' : ` after ${durationOf(run)} s`}`, 'state'],
    ['Requested', `${run.askedAt} by ${run.askedBy}${run.parts > 1 ? `, in ${run.parts} parts` : ''}`],
    [
      'Messages',
      `${counts.found} found = ${counts.stored} stored + ${counts.alreadyKnown} known + ${counts.skipped} skipped${skipped} + ${counts.left} left`,
    ],
    ['Announced', String(counts.announced)],
    ['On the server', `${counts.deleted} deleted, ${counts.moved} moved`],
    ['Transfer', `${run.bytes} bytes, ${run.roundTrips} round trips`],
    ['Oldest waiting', run.oldestWaitingAt],
    ['Error', run.error?.detail],
    ['What to do', run.error?.remedy],
    ...run.events.map(({ at, detail }) => ['Event', `${at}  ${detail}`] as const),
  ])
}
