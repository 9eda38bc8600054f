import { Command, InvalidArgumentError } from 'commander'
import * as z from 'zod'
import { CliError, exitCodes } from '../cli-error.ts'
import { connected } from '../connected.ts'
import { jsonText } from '../json.ts'
import type { CommandOutput } from '../output.ts'
import { followRuns } from './follow-runs.ts'
import { runTable } from './run-table.ts'

const askedSchema = z.object({ runs: z.array(z.object({ runId: z.string(), accountId: z.string() })) })

interface FetchOptions {
  readonly account?: string
  readonly all?: true
  readonly wait: boolean
  readonly timeout: number
  readonly json?: true
}

export const fetchCommand = ({ out, err }: CommandOutput): Command =>
  new Command('fetch')
    .description('fetch one account or all valid ones now, wait, and show what came of it')
    .option('--account <id>', 'this account')
    .option('--all', 'every valid account')
    .option('--no-wait', 'only ask for the runs and print their ids')
    .option('--timeout <seconds>', 'stop waiting after this; the runs go on', seconds, 900)
    .option('--json', 'the runs as the API shows them, for programs')
    .addHelpText(
      'after',
      '\nExits 1 when any account failed.\n\nExamples:\n  postmaster fetch --all\n  postmaster fetch --account 01J… --json',
    )
    .action(async ({ account, all, wait, timeout, json }: FetchOptions, command: Command) => {
      if ((account === undefined) === (all === undefined))
        throw new CliError('Say which: --account ID, or --all.', exitCodes.usage)
      const api = connected(command)
      const path = account === undefined ? '/fetch' : `/accounts/${encodeURIComponent(account)}/fetch`
      const { runs } = await api.post(path, {}, askedSchema)
      if (runs.length === 0) return out('There is no valid account to fetch.')
      if (!wait) return out(runs.map(({ runId }) => runId).join('\n'))
      const ended = await followRuns(
        api,
        runs.map(({ runId }) => runId),
        timeout * 1000,
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

const seconds = (text: string): number => {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new InvalidArgumentError('It must be a number of seconds.')
  return Number(text)
}
