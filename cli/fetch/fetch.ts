import { Command, InvalidArgumentError } from 'commander'
import * as z from 'zod'
import { isOpen } from '../../lib/runs/run.ts'
import { requestedRunSchema } from '../../lib/schedule/request-runs.ts'
import { accountNameOf, durationOf, queuesOf, type RunAnswer, runAnswerSchema } from '../api/answers.ts'
import { connected } from '../api/client.ts'
import { accountArgument, accountIdOf } from '../api/find/accounts.ts'
import { accountPath } from '../api/paths.ts'
import type { CommandOutput } from '../terminal/cli-error.ts'
import { CliError, exitCodes } from '../terminal/cli-error.ts'
import { interruptible } from '../terminal/interruptible.ts'
import { type JsonFields, printJson, withJson } from '../terminal/json-fields.ts'
import { type Column, TablePrinter } from '../terminal/layout/table.ts'
import { plain } from '../terminal/text.ts'
import { followConversation } from './follow-conversation.ts'
import { followRuns } from './follow-runs.ts'

const askedSchema = z.object({ runs: z.array(requestedRunSchema) })

interface FetchOptions {
  readonly all?: true
  readonly debug?: true
  readonly wait: boolean
  readonly timeout: number
  readonly json?: JsonFields
}

const help = `
Exits with code 1 if any account fails, and with code 4 if --timeout is over and runs are still going on. A terminal shows how
far the fetch is in one line, a log about once a minute. Ctrl-C stops waiting, and the fetch goes on.

With --debug, each line appears about a second after it was sent (\`>\`) or received (\`<\`). Remarks are marked with \`*\`.
Credentials are left out, and messages are replaced by their size.

Examples:
  postmaster fetch --all
  postmaster fetch support@example.com --json
  postmaster fetch support@example.com --debug`

export const fetchCommand = (output: CommandOutput): Command =>
  withJson(
    new Command('fetch')
      .description('fetch one account or all valid accounts now, wait, and show the results')
      .argument('[account]', accountArgument)
      .option('--all', 'fetch every valid account')
      .option('--debug', 'show the conversation between Postmaster and the mail server; only for one account')
      .option('--no-wait', 'request the runs and print their ids without waiting')
      .option('--timeout <seconds>', 'how long to wait; the runs continue afterwards', seconds, 900),
    runAnswerSchema,
  )
    .addHelpText('after', help)
    .action(
      async (account: string | undefined, { all, debug, wait, timeout, json }: FetchOptions, command: Command) => {
        const { out, err } = output
        if ((account === undefined) === (all === undefined))
          throw new CliError(
            'Specify either an account or --all, for example `postmaster fetch support@example.com`.',
            exitCodes.usage,
          )
        if (debug && (account === undefined || !wait))
          throw new CliError(
            '--debug follows the run of one account. Specify an account, and omit --no-wait.',
            exitCodes.usage,
          )
        const began = Date.now()
        const api = connected(command)
        const path = account === undefined ? '/fetch' : `${accountPath(await accountIdOf(api, account))}/fetch`
        const { runs } = await api.post(path, debug ? { debug } : {}, askedSchema)
        if (runs.length === 0) return out('There are no valid accounts to fetch.')
        for (const { queuedBehind, detail } of runs)
          if (queuedBehind !== undefined) err(`${plain(detail ?? `Queued behind run ${queuedBehind}.`)}\n`)
        if (!wait) return out(runs.map(({ runId }) => runId).join('\n'))
        const runIds = runs.map(({ runId }) => runId)
        const ended = await interruptible(
          () => `The fetch goes on. See how far it is: ${statusCommand(runIds)}`,
          async () => {
            // With `--json`, standard output is for the JSON only, so the conversation goes to standard error.
            const say = json ? (line: string) => err(`${line}\n`) : out
            for (const runId of debug ? runIds : [])
              await followConversation(api, runId, say, { timeout: timeout * 1000 }).catch(toldTo(err))
            return await followRuns(api, runIds, Math.max(0, timeout * 1000 - (Date.now() - began)), err)
          },
        )
        if (json) printJson(output, ended, json)
        else printRuns(output, ended)
        requireEnded(ended)
      },
    )

/** @throws CliError if a run failed, or otherwise if one is still going on */
const requireEnded = (runs: readonly RunAnswer[]): void => {
  const going = runs.filter(isOpen)
  const failed = runs.filter((run) => !isOpen(run) && run.state !== 'done').length
  const all = `${runs.length} ${runs.length === 1 ? 'run' : 'runs'}`
  if (failed > 0) throw new CliError(`${failed} of ${all} did not finish successfully.`, exitCodes.failed)
  const [first] = going
  if (first === undefined) return
  const look = going.length === 1 ? `runs show ${plain(first.runId)}` : 'runs list'
  throw new CliError(
    `${going.length} of ${all} ${going.length === 1 ? 'is' : 'are'} still running. See \`postmaster ${look}\`.`,
    exitCodes.unfinished,
  )
}

const statusCommand = ([runId = '', ...others]: readonly string[]): string =>
  others.length === 0 ? `postmaster runs show ${plain(runId)}` : 'postmaster runs list'

/** Lets the command continue, because a run without a conversation still has a result to show. */
const toldTo =
  (err: CommandOutput['err']) =>
  (error: unknown): void => {
    if (!(error instanceof CliError) || error.exitCode !== exitCodes.failed) throw error
    err(`${error.message}\n`)
  }

const seconds = (text: string): number => {
  if (!/^[1-9]\d{0,4}$/.test(text))
    throw new InvalidArgumentError('It must be a whole number of seconds from 1 to 99999.')
  return Number(text)
}

/** Prints one row per account, followed by each error and its remedy. */
const printRuns = (output: CommandOutput, runs: readonly RunAnswer[]): void => {
  new TablePrinter(output, columns).print(runs)
  for (const run of runs)
    if (run.error) output.err(`\n${accountNameOf(run)}: ${plain(run.error.detail)}\n  ${plain(run.error.remedy)}\n`)
}

const columns: ReadonlyArray<Column<RunAnswer>> = [
  { head: 'ACCOUNT', value: accountNameOf },
  { head: 'RESULT', value: ({ state, error }) => (error ? `${state}: ${error.code}` : state), kind: 'state' },
  { head: 'FOUND', value: ({ counts }) => counts.found, kind: 'number' },
  { head: 'STORED', value: ({ counts }) => counts.stored, kind: 'number' },
  { head: 'KNOWN', value: ({ counts }) => counts.alreadyKnown, kind: 'number' },
  { head: 'SKIPPED', value: ({ counts }) => counts.skipped, kind: 'number' },
  { head: 'LEFT', value: ({ counts }) => counts.left, kind: 'number' },
  { head: 'REMOVED', value: ({ counts }) => counts.deleted + counts.moved, kind: 'number' },
  { head: 'SECONDS', value: durationOf, kind: 'number' },
  { head: 'QUEUES', value: queuesOf },
]
