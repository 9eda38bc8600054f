import { Command } from 'commander'
import { accountAnswerSchema, fetchText, mailboxOf, warningLinesOf } from '../api/answers.ts'
import { type ApiClient, connected } from '../api/client.ts'
import { accountArgument, accountIdOf } from '../api/find/accounts.ts'
import { accountPath } from '../api/paths.ts'
import type { CommandOutput } from '../terminal/cli-error.ts'
import { CliError, exitCodes } from '../terminal/cli-error.ts'
import { type JsonFields, printJson, withJson } from '../terminal/json-fields.ts'
import { passwordKind, readSecret } from '../terminal/prompts.ts'
import { plain } from '../terminal/text.ts'
import { type AccountOptions, addAccountOptions, fieldsOf } from './account-options.ts'
import { type Edited, editByDialogue } from './dialogue/edit-by-dialogue.ts'
import { terminalQuestions } from './dialogue/settings/questions.ts'
import { whyPasswordAgain } from './password-for-change.ts'

/** The API needs `authentication` together with a password or a profile, which say the same. */
const isNews = (field: string): boolean => field !== 'authentication'

interface EditOptions extends AccountOptions {
  readonly password?: true
  readonly passwordStdin?: true
  readonly json?: JsonFields
}

const help = `
At a terminal, without options, the command shows the settings, asks what to change, and tests a changed connection.

Settings that you do not specify, including the password, stay unchanged. If a change fails, nothing changes.
If you change the host, or choose a type without encryption, the password is needed again. Enter it at the prompt, or pipe it
in with --password-stdin.

With --profile, the account switches to OAuth2. With --password, it switches to a password.

Examples:
  postmaster accounts edit support@example.com
  postmaster accounts edit support@example.com --profile "Desk at Microsoft 365"
  postmaster accounts edit support@example.com --port 993 --folder INBOX
  postmaster accounts edit support@example.com --password
  pass show support | postmaster accounts edit support@example.com --host imap.new.example --password-stdin
  postmaster accounts edit support@example.com --validity invalid-temporarily --comment "mail server moves on Sunday"`

export const editAccountCommand = (output: CommandOutput): Command =>
  withJson(
    addAccountOptions(new Command('edit').description('change a mail account').argument('<account>', accountArgument))
      .option('--no-trusted', 'ignore X-OTOBO-… headers in its mail')
      .option('--password', 'prompt for a new password')
      .option('--password-stdin', 'read a new password from standard input'),
    accountAnswerSchema,
  )
    .addHelpText('after', help)
    .action(async (named: string, { json, ...options }: EditOptions, command: Command) => {
      const { out, err } = output
      const api = connected(command)
      const accountId = await accountIdOf(api, named)
      const isDialogue = Object.keys(options).length === 0 && process.stdin.isTTY
      const { account, fields } = isDialogue
        ? await editByDialogue({ api, questions: terminalQuestions, say: (line) => err(`${line}\n`) }, accountId)
        : await editByOptions(accountId, options, api, err)
      if (json) return printJson(output, account, json)
      out(`Changed ${plain(mailboxOf(account))} at ${plain(account.host)}: ${fields.filter(isNews).join(', ')}.`)
      if (account.oauth2?.remedy !== undefined) out(plain(account.oauth2.remedy))
      const fetch = fetchText(account)
      if (fetch !== undefined) out(fetch)
      for (const line of warningLinesOf(account)) out(line)
    })

const editByOptions = async (
  accountId: string,
  { password, passwordStdin, ...options }: Omit<EditOptions, 'json'>,
  api: ApiClient,
  err: CommandOutput['err'],
): Promise<Edited> => {
  const fields = await fieldsOf(options, api)
  if (options.profile !== undefined && (password || passwordStdin))
    throw new CliError('Specify either --profile for OAuth2 or --password for a password, not both.', exitCodes.usage)
  const again =
    password || passwordStdin || options.profile !== undefined
      ? undefined
      : await whyPasswordAgain(accountId, fields, api)
  if (again !== undefined) err(`The password ${again}.\n`)
  const changed =
    password || passwordStdin || again !== undefined
      ? { ...fields, authentication: 'password', password: await readSecret(passwordKind, passwordStdin ?? false) }
      : fields
  if (Object.keys(changed).length === 0)
    throw new CliError('Specify what to change. See --help for the options.', exitCodes.usage)
  const account = await api.patch(accountPath(accountId), changed, '*', accountAnswerSchema)
  return { account, fields: Object.keys(changed) }
}
