import { Command } from 'commander'
import { accountPath } from '../account-path.ts'
import { CliError, exitCodes } from '../cli-error.ts'
import { connected } from '../connected.ts'
import { jsonText } from '../json.ts'
import type { CommandOutput } from '../output.ts'
import { plain } from '../plain.ts'
import { passwordKind, readSecret } from '../read-secret.ts'
import { accountAnswerSchema, mailboxOf } from './account-answer.ts'
import { type AccountOptions, addAccountOptions, fieldsOf } from './account-options.ts'
import { whyPasswordAgain } from './password-for-change.ts'

interface EditOptions extends AccountOptions {
  readonly password?: true
  readonly passwordStdin?: true
  readonly json?: true
}

const help = `
What is not named stays as it is, the password too. A failed change changes nothing.
For another host, or a type that no longer encrypts, the password is needed again: it is asked for, or piped in with
--password-stdin.

With --profile the account logs in with OAuth2 from then on, with --password by a password again.

Examples:
  postmaster accounts edit 01J… --profile "Desk at Microsoft 365"
  postmaster accounts edit 01J… --port 993 --folder INBOX
  postmaster accounts edit 01J… --password
  pass show support | postmaster accounts edit 01J… --host imap.new.example --password-stdin
  postmaster accounts edit 01J… --validity invalid-temporarily --comment "mail server moves on Sunday"`

export const editAccountCommand = ({ out, err }: CommandOutput): Command =>
  addAccountOptions(new Command('edit').description('change a mail account').argument('<account-id>'))
    .option('--no-trusted', 'ignore X-OTOBO-… headers of its mail')
    .option('--password', 'ask for a new password')
    .option('--password-stdin', 'read a new password from standard input')
    .option('--json', 'the API’s answer, for programs')
    .addHelpText('after', help)
    .action(async (accountId: string, { password, passwordStdin, json, ...options }: EditOptions, command: Command) => {
      const api = connected(command)
      const fields = await fieldsOf(options, api)
      if (options.profile !== undefined && (password || passwordStdin))
        throw new CliError('Say --profile for OAuth2 or --password for a password, not both.', exitCodes.usage)
      const again =
        password || passwordStdin || options.profile !== undefined
          ? undefined
          : await whyPasswordAgain(accountId, fields, api)
      if (again !== undefined) err(`The password ${again}.\n`)
      const changed =
        password || passwordStdin || again !== undefined
          ? { ...fields, authentication: 'password', password: await readSecret(passwordKind, passwordStdin ?? false) }
          : fields
      if (Object.keys(changed).length === 0) throw new CliError('Say what to change; see --help.', exitCodes.usage)
      const account = await api.patch(accountPath(accountId), changed, '*', accountAnswerSchema)
      if (json) return out(jsonText(account))
      out(`Changed ${plain(mailboxOf(account))} at ${plain(account.host)}: ${Object.keys(changed).join(', ')}.`)
      if (account.oauth2?.remedy !== undefined) out(plain(account.oauth2.remedy))
    })
