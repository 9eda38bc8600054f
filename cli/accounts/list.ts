import { Command, Option } from 'commander'
import { healthStates } from '../../lib/accounts/health/account-health.ts'
import { accountAnswerSchema, mailboxOf } from '../api/answers.ts'
import { asListing, queryOf } from '../api/listing.ts'
import type { CommandOutput } from '../terminal/cli-error.ts'
import { validityOption } from '../terminal/options.ts'

interface ListOptions {
  readonly filter?: string
  readonly validity?: string
  readonly health?: string
}

export const listAccountsCommand = (output: CommandOutput): Command =>
  asListing(
    new Command('list')
      .description('list mail accounts and their health, sorted by host and user name')
      .option('--filter <text>', 'only accounts with this text in any field')
      .addOption(validityOption('only accounts with this validity'))
      .addOption(new Option('--health <state>', 'only accounts in this health state').choices(healthStates))
      .addHelpText(
        'after',
        '\nExamples:\n  postmaster accounts list\n  postmaster accounts list --health failing\n  postmaster accounts list --filter support --json',
      ),
    output,
    {
      path: ({ filter, validity, health }: ListOptions) =>
        `/accounts?${queryOf({ limit: '100', filter, validity, health })}`,
      schema: accountAnswerSchema,
      head: ['ID', 'HOST', 'MAILBOX', 'TYPE', 'QUEUE', 'VALIDITY', 'HEALTH', 'LAST FETCH'],
      row: ({ accountId, host, type, dispatching, validity, health, status, ...account }) => [
        accountId,
        host,
        mailboxOf(account),
        type,
        dispatching.by === 'queue' ? (dispatching.queueName ?? '?') : 'by To field',
        validity,
        health.state,
        status.lastError ? `failed: ${status.lastError.code}` : (status.lastSuccessAt ?? 'never'),
      ],
      empty: 'No mail accounts match. To add one, see `postmaster accounts add --help`.',
    },
  )
