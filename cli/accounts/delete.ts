import { Command } from 'commander'
import { accountAnswerSchema, mailboxOf } from '../api/answers.ts'
import { connected } from '../api/client.ts'
import { accountArgument, accountIdOf } from '../api/find/accounts.ts'
import { accountPath } from '../api/paths.ts'
import type { CommandOutput } from '../terminal/cli-error.ts'
import { confirmed } from '../terminal/prompts.ts'
import { plain } from '../terminal/text.ts'

export const deleteAccountCommand = ({ out }: CommandOutput): Command =>
  new Command('delete')
    .description('delete a mail account; stored messages remain, and nothing changes on the mail server')
    .argument('<account>', accountArgument)
    .option('--yes', 'delete without confirmation')
    .addHelpText(
      'after',
      '\nThe password can be recovered for seven days.\n\nExample:\n  postmaster accounts delete support@example.com --yes',
    )
    .action(async (named: string, { yes }: { yes?: true }, command: Command) => {
      const api = connected(command)
      const path = accountPath(await accountIdOf(api, named))
      const account = await api.get(path, accountAnswerSchema)
      const name = plain(`${mailboxOf(account)} at ${account.host}`)
      if (!(await confirmed(`Delete ${name}?`, yes))) return
      await api.delete(path, '*')
      out(`Deleted ${name}. Its stored messages remain.`)
    })
