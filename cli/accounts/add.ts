import { Command } from 'commander'
import { CliError, exitCodes } from '../cli-error.ts'
import { connected } from '../connected.ts'
import { jsonText } from '../json.ts'
import type { CommandOutput } from '../output.ts'
import { plain } from '../plain.ts'
import { accountAnswerSchema } from './account-answer.ts'
import { type AccountOptions, addAccountOptions, fieldsOf } from './account-options.ts'
import { readPassword } from './read-password.ts'

interface AddOptions extends AccountOptions {
  readonly passwordStdin?: true
  readonly json?: true
}

const help = `
The password is asked for, or read from standard input with --password-stdin; it is never an argument.

Examples:
  postmaster accounts add --type IMAPS --host imap.example.com --username support@example.com
  pass show support | postmaster accounts add --type POP3S --host pop.example.com --username sales --queue Sales --password-stdin
  postmaster accounts add --type IMAPTLS --host mail.corp.example --username desk --ca-file corp-ca.pem --after-fetch move:Done`

export const addAccountCommand = ({ out }: CommandOutput): Command =>
  addAccountOptions(new Command('add').description('add a mail account'))
    .option('--password-stdin', 'read the password from standard input')
    .option('--json', 'the API’s answer, for programs')
    .addHelpText('after', help)
    .action(async ({ passwordStdin, json, ...options }: AddOptions, command: Command) => {
      const missing = (['type', 'host', 'username'] as const).filter((name) => options[name] === undefined)
      if (missing.length > 0)
        throw new CliError(`Say ${missing.map((name) => `--${name}`).join(', ')}.`, exitCodes.usage)
      const api = connected(command)
      const fields = await fieldsOf(options, api)
      const password = await readPassword(passwordStdin ?? false)
      const account = await api.post(
        '/accounts',
        { ...fields, authentication: 'password', password },
        accountAnswerSchema,
      )
      if (json) return out(jsonText(account))
      out(
        `Added ${plain(account.username)} at ${plain(account.host)}:${account.port} (${account.type}) as ${account.accountId}.`,
      )
      out(`Fetch it now with: postmaster fetch --account ${account.accountId}`)
    })
