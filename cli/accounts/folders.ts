import { Command } from 'commander'
import { connectionTestSchema } from '../../lib/mailbox/probe/connection-test.ts'
import { connected } from '../api/client.ts'
import { accountPath } from '../api/paths.ts'
import { tolerant } from '../api/tolerant.ts'
import type { CommandOutput } from '../terminal/cli-error.ts'
import { CliError, exitCodes } from '../terminal/cli-error.ts'
import { tableOf } from '../terminal/table.ts'
import { jsonText, plain } from '../terminal/text.ts'
import { testTextOf } from './test.ts'

export const foldersCommand = ({ out }: CommandOutput): Command =>
  new Command('folders')
    .description('list the folders of an IMAP account and the number of messages in each')
    .addHelpText('after', '\nExample:\n  postmaster accounts folders 01J…')
    .argument('<account-id>', 'see `postmaster accounts list`')
    .option('--json', 'print the folders as JSON, for scripts')
    .action(async (accountId: string, { json }: { json?: true }, command: Command) => {
      const test = await connected(command).post(`${accountPath(accountId)}/test`, {}, tolerant(connectionTestSchema))
      if (!test.folders) {
        out(testTextOf(test))
        throw new CliError(
          'The folders cannot be listed. POP3 has no folders, and an IMAP account must be able to log in.',
          exitCodes.failed,
        )
      }
      if (json) return out(jsonText(test.folders))
      const rows = test.folders.map(({ name, messages, specialUse }) => [
        plain(name),
        messages === undefined ? '?' : String(messages),
        plain(specialUse ?? ''),
      ])
      out(tableOf(['FOLDER', 'MESSAGES', 'USE'], rows))
    })
