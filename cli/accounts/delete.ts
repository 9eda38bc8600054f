import { Command } from 'commander'
import { accountPath } from '../account-path.ts'
import { confirmed } from '../confirmed.ts'
import { connected } from '../connected.ts'
import type { CommandOutput } from '../output.ts'
import { plain } from '../plain.ts'
import { accountAnswerSchema, mailboxOf } from './account-answer.ts'

export const deleteAccountCommand = ({ out }: CommandOutput): Command =>
  new Command('delete')
    .description('delete a mail account; stored messages remain, and nothing changes on the mail server')
    .argument('<account-id>', 'see `postmaster accounts list`')
    .option('--yes', 'delete without confirmation')
    .addHelpText(
      'after',
      '\nThe password can be recovered for seven days.\n\nExample:\n  postmaster accounts delete 01J… --yes',
    )
    .action(async (accountId: string, { yes }: { yes?: true }, command: Command) => {
      const api = connected(command)
      const path = accountPath(accountId)
      const account = await api.get(path, accountAnswerSchema)
      const name = plain(`${mailboxOf(account)} at ${account.host}`)
      if (!(await confirmed(`Delete ${name}?`, yes))) return
      await api.delete(path, '*')
      out(`Deleted ${name}. Its stored messages remain.`)
    })
