import { Command } from 'commander'
import type * as z from 'zod'
import { connectionTestSchema, foundFolderSchema } from '../../lib/mailbox/probe/connection-test.ts'
import { connected } from '../api/client.ts'
import { accountArgument, accountIdOf } from '../api/find/accounts.ts'
import { accountPath } from '../api/paths.ts'
import { tolerant } from '../api/tolerant.ts'
import type { CommandOutput } from '../terminal/cli-error.ts'
import { CliError, exitCodes } from '../terminal/cli-error.ts'
import { type JsonFields, printJson, withJson } from '../terminal/json-fields.ts'
import { type Column, TablePrinter } from '../terminal/layout/table.ts'
import { testTextOf } from './test.ts'

const testAnswerSchema = tolerant(connectionTestSchema)
const folderSchema = tolerant(foundFolderSchema)

export const foldersCommand = (output: CommandOutput): Command =>
  withJson(new Command('folders'), folderSchema)
    .description('list the folders of an IMAP account and the number of messages in each')
    .addHelpText('after', '\nExample:\n  postmaster accounts folders support@example.com')
    .argument('<account>', accountArgument)
    .action(async (named: string, { json }: { json?: JsonFields }, command: Command) => {
      const api = connected(command)
      const path = accountPath(await accountIdOf(api, named))
      const test = await api.post(`${path}/test`, {}, testAnswerSchema)
      if (!test.folders) {
        output.out(testTextOf(test))
        throw new CliError(
          test.passed
            ? 'POP3 has no folders. The account fetches its whole mailbox.'
            : 'The folders cannot be listed until the connection test passes.',
          exitCodes.failed,
        )
      }
      if (json) return printJson(output, test.folders, json)
      new TablePrinter(output, columns).print(test.folders)
    })

const columns: ReadonlyArray<Column<z.infer<typeof folderSchema>>> = [
  { head: 'FOLDER', value: ({ name }) => name },
  { head: 'MESSAGES', value: ({ messages }) => messages ?? '?', kind: 'number' },
  { head: 'USE', value: ({ specialUse }) => specialUse },
]
