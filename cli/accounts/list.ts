import { Command, Option } from 'commander'
import { healthStates } from '../../lib/accounts/health/account-health.ts'
import { type AccountAnswer, accountAnswerSchema, mailboxOf } from '../api/answers.ts'
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
      columns: [
        { head: 'ID', value: ({ accountId }) => accountId, kind: 'id' },
        { head: 'MAILBOX', value: mailboxOf },
        { head: 'HOST', value: ({ host }) => host },
        { head: 'HEALTH', value: ({ health }) => health.state, kind: 'state' },
        { head: 'LAST FETCH', value: ({ status }) => status.lastSuccessAt ?? 'never', kind: 'time' },
        { head: 'QUEUE', value: queueOf },
        { head: 'TYPE', value: ({ type }) => type },
        { head: 'FOLDER', value: ({ folder }) => (folder === 'INBOX' ? '' : folder) },
        { head: 'VALIDITY', value: ({ validity }) => validity, kind: 'state' },
        { head: 'ERROR', value: ({ status }) => status.lastError?.code },
        { head: 'REASON', value: reasonOf, below: 'whole' },
      ],
      things: 'mail accounts',
      whenNone: 'To add one, see `postmaster accounts add --help`.',
    },
  )

const queueOf = ({ dispatching }: AccountAnswer): string =>
  dispatching.by === 'queue' ? (dispatching.queueName ?? '?') : 'by To field'

const reasonOf = ({ health }: AccountAnswer): string =>
  health.state === 'failing' || health.state === 'warning' ? health.detail : ''
