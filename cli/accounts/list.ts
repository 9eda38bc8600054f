import { Command, Option } from 'commander'
import { validities } from '../../lib/accounts/account.ts'
import { healthStates } from '../../lib/accounts/health/account-health.ts'
import { type AccountAnswer, accountAnswerSchema, mailboxOf } from '../api/answers.ts'
import { connected } from '../api/client.ts'
import { queryOf } from '../api/listing.ts'
import type { CommandOutput } from '../terminal/cli-error.ts'
import { tableOf } from '../terminal/table.ts'
import { jsonText, plain } from '../terminal/text.ts'

interface ListOptions {
  readonly filter?: string
  readonly validity?: string
  readonly health?: string
  readonly json?: true
}

export const listAccountsCommand = ({ out }: CommandOutput): Command =>
  new Command('list')
    .description('list mail accounts and their health, sorted by host and user name')
    .option('--filter <text>', 'only accounts with this text in any field')
    .addOption(new Option('--validity <value>', 'only accounts with this validity').choices(validities))
    .addOption(new Option('--health <state>', 'only accounts in this health state').choices(healthStates))
    .option('--json', 'print the API response as JSON, for scripts')
    .addHelpText(
      'after',
      '\nExamples:\n  postmaster accounts list\n  postmaster accounts list --health failing\n  postmaster accounts list --filter support --json',
    )
    .action(async ({ filter, validity, health, json }: ListOptions, command: Command) => {
      const query = queryOf({ limit: '100', filter, validity, health })
      const accounts: AccountAnswer[] = []
      for await (const account of connected(command).list(`/accounts?${query}`, accountAnswerSchema))
        accounts.push(account)
      if (json) return out(jsonText(accounts))
      if (accounts.length === 0) return out('No mail accounts match. To add one, see `postmaster accounts add --help`.')
      out(tableOf(['ID', 'HOST', 'MAILBOX', 'TYPE', 'QUEUE', 'VALIDITY', 'HEALTH', 'LAST FETCH'], accounts.map(rowOf)))
    })

const rowOf = ({ accountId, host, type, dispatching, validity, health, status, ...account }: AccountAnswer): string[] =>
  [
    accountId,
    host,
    mailboxOf(account),
    type,
    dispatching.by === 'queue' ? (dispatching.queueName ?? '?') : 'by To field',
    validity,
    health.state,
    status.lastError ? `failed: ${status.lastError.code}` : (status.lastSuccessAt ?? 'never'),
  ].map((cell) => plain(cell))
