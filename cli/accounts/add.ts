import { Command } from 'commander'
import { accountAnswerSchema, fetchText, mailboxOf, warningLinesOf } from '../api/answers.ts'
import { connected } from '../api/client.ts'
import type { CommandOutput } from '../terminal/cli-error.ts'
import { CliError, exitCodes } from '../terminal/cli-error.ts'
import { type JsonFields, printJson, withJson } from '../terminal/json-fields.ts'
import { passwordKind, readSecret } from '../terminal/prompts.ts'
import { plain } from '../terminal/text.ts'
import { type AccountOptions, addAccountOptions, fieldsOf } from './account-options.ts'
import { addByDialogue } from './dialogue/add-by-dialogue.ts'
import { terminalQuestions } from './dialogue/settings/questions.ts'

interface AddOptions extends AccountOptions {
  readonly passwordStdin?: true
  readonly json?: JsonFields
}

const help = `
At a terminal, the command asks for what is missing. It suggests a server for the address, tests the account, offers the folders
of the mailbox, and shows what would be fetched before it saves the account. With --type, --host and --username, it only asks for
the password.

Enter the password at the prompt, or pipe it in with --password-stdin. It is never an argument.

An account with --profile has no password. It logs in with OAuth2, and --host defaults to the provider's mail server. Get consent
for it with \`postmaster oauth2 connect\`.

Examples:
  postmaster accounts add
  postmaster accounts add --queue Support --after-fetch keep
  postmaster accounts add --type IMAPS --host imap.example.com --username support@example.com
  pass show support | postmaster accounts add --type POP3S --host pop.example.com --username sales --queue Sales --password-stdin
  postmaster accounts add --type IMAPS --host imap.example.com --username desk --start-from 2026-03-01 --after-fetch keep
  postmaster accounts add --type IMAPTLS --host mail.corp.example --username desk --ca-file corp-ca.pem --after-fetch move:Done
  postmaster accounts add --profile "Desk at Microsoft 365" --type IMAPS --username jane@example.com --mailbox desk@example.com`

export const addAccountCommand = (output: CommandOutput): Command =>
  withJson(
    addAccountOptions(new Command('add').description('add a mail account')).option(
      '--password-stdin',
      'read the password from standard input',
    ),
    accountAnswerSchema,
  )
    .addHelpText('after', help)
    .action(async ({ passwordStdin, json, ...options }: AddOptions, command: Command) => {
      const { out, err } = output
      if (passwordStdin && options.profile !== undefined)
        throw new CliError('An account with --profile has no password. Omit --password-stdin.', exitCodes.usage)
      const needed =
        options.profile === undefined ? (['type', 'host', 'username'] as const) : (['type', 'username'] as const)
      const missing = needed.filter((name) => options[name] === undefined)
      const dialogue = missing.length > 0 && !passwordStdin && process.stdin.isTTY
      if (missing.length > 0 && !dialogue)
        throw new CliError(`Specify ${missing.map((name) => `--${name}`).join(', ')}.`, exitCodes.usage)
      const api = connected(command)
      const fields = await fieldsOf(options, api)
      const account = dialogue
        ? await addByDialogue({ api, questions: terminalQuestions, say: (line) => err(`${line}\n`) }, fields)
        : await api.post(
            '/accounts',
            { ...fields, ...(await credentialOf(options, passwordStdin)) },
            accountAnswerSchema,
          )
      if (json) return printJson(output, account, json)
      out(
        `Added ${plain(mailboxOf(account))} at ${plain(account.host)}:${account.port} (${account.type}) as ${account.accountId}.`,
      )
      if (account.oauth2?.state === 'consent-missing')
        out(
          `The account is fetched once it has consent. Get consent with: postmaster oauth2 connect ${account.accountId}`,
        )
      else out(fetchText(account) ?? `The account is ${account.validity}, so it is not fetched.`)
      for (const line of warningLinesOf(account)) out(line)
    })

const credentialOf = async ({ profile }: AccountOptions, passwordStdin: true | undefined) =>
  profile === undefined
    ? { authentication: 'password', password: await readSecret(passwordKind, passwordStdin ?? false) }
    : {}
