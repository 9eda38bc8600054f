import { Command } from 'commander'
import { connected } from '../connected.ts'
import { jsonText } from '../json.ts'
import type { CommandOutput } from '../output.ts'
import { plain } from '../plain.ts'
import { type AccountAnswer, accountAnswerSchema, accountPath } from './account-answer.ts'

export const showAccountCommand = ({ out }: CommandOutput): Command =>
  new Command('show')
    .description('show a mail account: its settings, and how it is doing')
    .argument('<account-id>', 'see `postmaster accounts list`')
    .option('--json', 'the API’s answer, for programs')
    .action(async (accountId: string, { json }: { json?: true }, command: Command) => {
      const account = await connected(command).get(accountPath(accountId), accountAnswerSchema)
      out(json ? jsonText(account) : descriptionOf(account))
    })

const descriptionOf = (account: AccountAnswer): string => {
  const { status, dispatching, afterFetch } = account
  const rows: Array<readonly [string, string | undefined]> = [
    ['Account', `${account.username} at ${account.host}:${account.port}, ${account.type}`],
    ['Id', account.accountId],
    ['Folder', account.folder],
    ['Validity', account.validity],
    ['Trusted', account.trusted ? 'yes: its X-OTOBO-… headers count' : 'no'],
    [
      'Dispatching',
      dispatching.by === 'queue' ? `everything to queue ${dispatching.queueName ?? '?'}` : 'by recipient',
    ],
    ['After fetch', afterFetch.folder === undefined ? afterFetch.action : `move to ${afterFetch.folder}`],
    ['Largest', `${account.maxMessageSize} bytes`],
    ['Custom CA', account.customCa === undefined ? undefined : 'set: replaces the system’s authorities'],
    ['Comment', account.comment || undefined],
    ['Created', `${account.createdAt} by ${account.createdBy}`],
    ['Changed', `${account.changedAt} by ${account.changedBy}`],
    ['Health', account.health && `${account.health.state}: ${account.health.words}`],
    ['Last run', status.lastRun && `${status.lastRun.state}, ${status.lastRun.runId}`],
    ['Last success', status.lastSuccessAt],
    ['Oldest waiting', status.oldestWaitingAt],
    ['Next fetch', status.nextFetchAt],
    ['Last error', status.lastError && `${status.lastError.words} ${status.lastError.remedy}`],
    ['Warning', status.warning && `${status.warning.words} ${status.warning.remedy}`],
  ]
  return rows.flatMap(([name, value]) => (value === undefined ? [] : [`${name.padEnd(15)} ${plain(value)}`])).join('\n')
}
