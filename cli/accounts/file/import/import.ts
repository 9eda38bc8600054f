import { Command, Option } from 'commander'
import { mailboxKeyOf } from '../../../../lib/accounts/account-mailbox.ts'
import { connected } from '../../../api/client.ts'
import type { CommandOutput } from '../../../terminal/cli-error.ts'
import { CliError, exitCodes } from '../../../terminal/cli-error.ts'
import { confirmed } from '../../../terminal/prompts.ts'
import { diffAccounts, takesPassword } from '../account-diff.ts'
import { accounts, applySteps, showSteps } from '../carry-out-steps.ts'
import { stepLine } from '../diff-text.ts'
import { knownTo } from '../known-names.ts'
import { passwordsFor, readPasswordsFile } from '../passwords.ts'
import { nameOf, readText } from '../read-text.ts'
import { storedAccounts } from '../stored-accounts.ts'
import { importedAccounts, usesOAuth2, withStoredSettings } from './imported-accounts.ts'
import { mailAccountRows } from './mail-account-rows.ts'
import { oauth2Advice } from './oauth2-rows.ts'

interface ImportOptions {
  readonly dryRun?: true
  readonly yes?: true
  readonly passwords?: string
}

const help = `
The file contains rows of the table mail_account with the names of their queues, as CSV or JSON. docs/accounts-as-code.md has
the query. Passwords in the file are ignored. They come from the --passwords file, from variables or from a prompt, as with
\`postmaster accounts apply\`.

The command shows what it would change and asks before it changes anything. An account that exists already keeps the settings
that OTOBO and Znuny do not have, and accounts that are not in the file are left alone. Accounts with OAuth2 are not imported.
The command shows how to add them.

Valid accounts are fetched as soon as they are imported, so set them to invalid in OTOBO or Znuny first.

Examples:
  postmaster accounts import --from otobo accounts.csv --dry-run
  postmaster accounts import --from otobo accounts.csv
  pass show mail-passwords | postmaster accounts import --from znuny accounts.json --passwords - --yes`

export const importAccountsCommand = (output: CommandOutput): Command =>
  new Command('import')
    .description('create mail accounts from those of OTOBO or Znuny')
    .argument('<file>', 'rows of the table mail_account as CSV or JSON; `-` for standard input')
    .addOption(
      new Option('--from <system>', 'where the file comes from').choices(['otobo', 'znuny']).makeOptionMandatory(),
    )
    .option('--dry-run', 'only show what would change')
    .option('--yes', 'import without confirmation')
    .option('--passwords <file>', 'file with the passwords of new accounts; `-` for standard input')
    .addHelpText('after', help)
    .action(async (file: string, options: ImportOptions, command: Command) => {
      const { err } = output
      if (file === '-' && options.passwords === '-')
        throw new CliError('The accounts and --passwords cannot both be read from standard input.', exitCodes.usage)
      const api = connected(command)
      const { rows, hadPasswords } = mailAccountRows(nameOf(file), readText(file))
      if (hadPasswords)
        err('The file contains passwords in the column `pw`. They are ignored. Delete the file after the import.\n')
      const numbered = rows.map((row, index) => ({ number: index + 1, row }))
      const imported = importedAccounts(
        nameOf(file),
        numbered.filter(({ row }) => !usesOAuth2(row)),
        await knownTo(api),
      )
      const advice = oauth2Advice(rows.filter(usesOAuth2))
      if (advice !== undefined) err(`${advice}\n`)
      const stored = await storedAccounts(api)
      const storedFor = new Map(stored.map((account) => [mailboxKeyOf(account), account]))
      const wanted = imported.map((account) => withStoredSettings(account, storedFor.get(mailboxKeyOf(account))))
      const steps = diffAccounts(stored, wanted, { prune: false })
      showSteps(steps, output)
      const changes = steps.filter(({ kind }) => kind !== 'nothing')
      if (options.dryRun || changes.length === 0) return
      if (
        !(await confirmed(
          `Import ${accounts(changes.length)}? Postmaster fetches the valid ones at once.`,
          options.yes,
        ))
      )
        return
      const known = options.passwords === undefined ? new Map<string, string>() : readPasswordsFile(options.passwords)
      const needed = steps.filter(takesPassword).map(({ name }) => name)
      const passwords = await passwordsFor(needed, { file: known })
      await applySteps(steps, passwords, api, output, stepLine)
    })
