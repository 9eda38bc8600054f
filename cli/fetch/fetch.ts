import { Command, InvalidArgumentError } from 'commander'
import * as z from 'zod'
import { CliError, exitCodes } from '../cli-error.ts'
import { connected } from '../connected.ts'
import { jsonText } from '../json.ts'
import type { CommandOutput } from '../output.ts'
import { plain } from '../plain.ts'
import { followConversation } from './follow-conversation.ts'
import { followRuns } from './follow-runs.ts'
import { runTable } from './run-table.ts'

const askedSchema = z.object({
  runs: z.array(
    z.object({
      runId: z.string(),
      accountId: z.string(),
      queuedBehind: z.string().optional(),
      words: z.string().optional(),
    }),
  ),
})

interface FetchOptions {
  readonly account?: string
  readonly all?: true
  readonly debug?: true
  readonly wait: boolean
  readonly timeout: number
  readonly json?: true
}

const help = `
Exits 1 when any account failed. With --debug lines come about a second after they were said, \`>\` from Postmaster, \`<\`
from the server; credentials are left out, of messages only the size is shown.

Examples:
  postmaster fetch --all
  postmaster fetch --account 01J… --json
  postmaster fetch --account 01J… --debug`

export const fetchCommand = ({ out, err }: CommandOutput): Command =>
  new Command('fetch')
    .description('fetch one account or all valid ones now, wait, and show what came of it')
    .option('--account <id>', 'this account')
    .option('--all', 'every valid account')
    .option('--debug', 'show what Postmaster and the mail server say to each other; needs --account')
    .option('--no-wait', 'only ask for the runs and print their ids')
    .option('--timeout <seconds>', 'stop waiting after this; the runs go on', seconds, 900)
    .option('--json', 'the runs as the API shows them, for programs')
    .addHelpText('after', help)
    .action(async ({ account, all, debug, wait, timeout, json }: FetchOptions, command: Command) => {
      if ((account === undefined) === (all === undefined))
        throw new CliError('Say which: --account ID, or --all.', exitCodes.usage)
      if (debug && (account === undefined || !wait))
        throw new CliError('--debug follows one account: say --account ID, without --no-wait.', exitCodes.usage)
      const began = Date.now()
      const api = connected(command)
      const path = account === undefined ? '/fetch' : `/accounts/${encodeURIComponent(account)}/fetch`
      const { runs } = await api.post(path, debug ? { debug } : {}, askedSchema)
      if (runs.length === 0) return out('There is no valid account to fetch.')
      for (const { queuedBehind, words } of runs)
        if (queuedBehind !== undefined) err(`${plain(words ?? `Queued behind run ${queuedBehind}.`)}\n`)
      if (!wait) return out(runs.map(({ runId }) => runId).join('\n'))
      // Beside `--json`, which is for programs, the conversation goes where progress goes.
      const say = json ? (line: string) => err(`${line}\n`) : out
      for (const { runId } of debug ? runs : [])
        await followConversation(api, runId, say, { timeout: timeout * 1000 }).catch(toldTo(err))
      const ended = await followRuns(
        api,
        runs.map(({ runId }) => runId),
        Math.max(0, timeout * 1000 - (Date.now() - began)),
        err,
      )
      out(json ? jsonText(ended) : runTable(ended))
      const failed = ended.filter(({ state }) => state !== 'done').length
      if (failed > 0)
        throw new CliError(
          `${failed} of ${ended.length} ${ended.length === 1 ? 'run' : 'runs'} did not end well.`,
          exitCodes.failed,
        )
    })

/** A run that never reached its mail server has no conversation, but still an end to show. */
const toldTo =
  (err: CommandOutput['err']) =>
  (error: unknown): void => {
    if (!(error instanceof CliError) || error.exitCode !== exitCodes.failed) throw error
    err(`${error.message}\n`)
  }

const seconds = (text: string): number => {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new InvalidArgumentError('It must be a number of seconds.')
  return Number(text)
}
