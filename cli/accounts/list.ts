import { Command, Option } from 'commander'
import { connected } from '../connected.ts'
import { jsonText } from '../json.ts'
import type { CommandOutput } from '../output.ts'
import { plain } from '../plain.ts'
import { tableOf } from '../table.ts'
import { type AccountAnswer, accountAnswerSchema } from './account-answer.ts'

interface ListOptions {
  readonly filter?: string
  readonly validity?: string
  readonly json?: true
}

export const listAccountsCommand = ({ out }: CommandOutput): Command =>
  new Command('list')
    .description('list mail accounts by host and username, with what came of the last fetch')
    .option('--filter <text>', 'only accounts that show this text')
    .addOption(new Option('--validity <value>', 'only these').choices(['valid', 'invalid', 'invalid-temporarily']))
    .option('--json', 'the API’s answer, for programs')
    .addHelpText('after', '\nExamples:\n  postmaster accounts list\n  postmaster accounts list --filter support --json')
    .action(async ({ filter, validity, json }: ListOptions, command: Command) => {
      const query = new URLSearchParams({ limit: '100', ...(filter && { filter }), ...(validity && { validity }) })
      const accounts: AccountAnswer[] = []
      for await (const account of connected(command).list(`/accounts?${query}`, accountAnswerSchema))
        accounts.push(account)
      if (json) return out(jsonText(accounts))
      if (accounts.length === 0) return out('No mail accounts match. Add one with `postmaster accounts add --help`.')
      out(tableOf(['ID', 'HOST', 'USERNAME', 'TYPE', 'QUEUE', 'VALIDITY', 'LAST FETCH'], accounts.map(rowOf)))
    })

const rowOf = ({ accountId, host, username, type, dispatching, validity, status }: AccountAnswer): string[] =>
  [
    accountId,
    host,
    username,
    type,
    dispatching.by === 'queue' ? (dispatching.queueName ?? '?') : 'by To field',
    validity,
    status.lastError ? `failed: ${status.lastError.code}` : (status.lastSuccessAt ?? 'never'),
  ].map((cell) => plain(cell))
