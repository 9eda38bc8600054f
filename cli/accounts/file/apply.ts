import { Command } from 'commander'
import { connected } from '../../api/client.ts'
import type { CommandOutput } from '../../terminal/cli-error.ts'
import { CliError, exitCodes } from '../../terminal/cli-error.ts'
import { confirmed } from '../../terminal/prompts.ts'
import { diffAccounts, takesPassword } from './account-diff.ts'
import { accounts, applySteps, counted, showSteps } from './carry-out-steps.ts'
import { knownTo } from './known-names.ts'
import { passwordsFor, readPasswordsFile } from './passwords.ts'
import { readAccountFile } from './read-account-file.ts'
import { nameOf, readText } from './read-text.ts'
import { storedAccounts } from './stored-accounts.ts'

interface ApplyOptions {
  readonly dryRun?: true
  readonly check?: true
  readonly prune?: true
  readonly yes?: true
  readonly passwords?: string
}

const help = `
Host, protocol (IMAP or POP3), mailbox and folder identify an account. If you change one of them, it is a different account.
Accounts that are not in the file are left alone unless you pass --prune. Existing accounts keep their passwords. If an
account changes to a type without encryption, or from OAuth2 to a password, its password is needed as for a new account.

Accounts with an \`oauth2Profile\` have no password. Connect each new one with postmaster oauth2 connect.

The password for a new account comes from the --passwords file (YAML or JSON, mode 0600, \`account name: password\`), from a
variable such as POSTMASTER_PASSWORD_DESK_EXAMPLE_ORG_AT_MAIL_EXAMPLE_ORG, or from a prompt, in this order. The account's
name is the one in the diff: \`desk@example.org at mail.example.org\`.

In the diff, + marks accounts to create, ~ to change and - to delete. If an account fails, the command continues with the
others and exits with code 1.

Examples:
  postmaster accounts apply accounts.yaml --dry-run
  postmaster accounts apply accounts.yaml --check          in CI: exit code 1 if the deployment differs from the file
  postmaster accounts apply accounts.yaml --passwords passwords.yaml
  postmaster accounts apply accounts.yaml --prune --yes`

export const applyAccountsCommand = (output: CommandOutput): Command =>
  new Command('apply')
    .description('create and change mail accounts so that they match a YAML file')
    .argument('<file>', 'file in the format of `postmaster accounts export`; `-` for standard input')
    .option('--dry-run', 'only show what would change')
    .option('--check', 'like --dry-run, but with exit code 1 if anything would change')
    .option('--prune', 'delete accounts that are not in the file')
    .option('--yes', 'delete without confirmation')
    .option('--passwords <file>', 'file with the passwords of accounts that need one; `-` for standard input')
    .addHelpText('after', help)
    .action(async (file: string, options: ApplyOptions, command: Command) => {
      if (file === '-' && options.passwords === '-')
        throw new CliError('The accounts and --passwords cannot both be read from standard input.', exitCodes.usage)
      const api = connected(command)
      const source = { name: nameOf(file), source: readText(file) }
      const steps = diffAccounts(await storedAccounts(api), readAccountFile(source, await knownTo(api)), {
        prune: options.prune ?? false,
      })
      if (options.dryRun || options.check) {
        showSteps(steps, output)
        if (options.check && steps.some(({ kind }) => kind !== 'nothing'))
          throw new CliError('The accounts do not match the file.', exitCodes.failed)
        return
      }
      const needed = steps.filter(takesPassword).map(({ name }) => name)
      const known = options.passwords === undefined ? new Map<string, string>() : readPasswordsFile(options.passwords)
      const passwords = await passwordsFor(needed, { file: known })
      const deletes = counted(steps, 'delete')
      if (deletes > 0 && !(await confirmed(`Delete ${accounts(deletes)}?`, options.yes))) return
      await applySteps(steps, passwords, api, output)
    })
