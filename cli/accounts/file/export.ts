import { writeFileSync } from 'node:fs'
import { Command } from 'commander'
import { connected } from '../../api/client.ts'
import type { CommandOutput } from '../../terminal/cli-error.ts'
import { CliError, exitCodes } from '../../terminal/cli-error.ts'
import { yamlText } from '../../terminal/yaml.ts'
import { fileAccountOf } from './account-file-schema.ts'
import type { StoredAccount } from './described-account.ts'
import { storedAccounts } from './stored-accounts.ts'

const help = `
The file contains the names of queues and OAuth2 profiles, but no passwords, ids or default values. The same accounts always
result in the same file.

Examples:
  postmaster accounts export --output accounts.yaml
  postmaster accounts export | postmaster --url https://other.example accounts apply - --dry-run`

const comment = ' Mail accounts for Postmaster, without passwords. Apply with: postmaster accounts apply FILE'

export const accountFileText = (accounts: readonly StoredAccount[]): string =>
  yamlText({ version: 1, accounts: accounts.map(fileAccountOf) }, comment)

export const exportAccountsCommand = ({ data, err }: CommandOutput): Command =>
  new Command('export')
    .description('write all mail accounts to a YAML file, without secrets')
    .option('-o, --output <file>', 'write to this file instead of standard output')
    .addHelpText('after', help)
    .action(async ({ output }: { output?: string }, command: Command) => {
      const accounts = await storedAccounts(connected(command))
      const text = accountFileText(accounts)
      if (output === undefined) return data(text.trimEnd())
      try {
        writeFileSync(output, text)
      } catch {
        throw new CliError(`${output} cannot be written.`, exitCodes.usage)
      }
      err(`Wrote ${accounts.length} ${accounts.length === 1 ? 'account' : 'accounts'} to ${output}.\n`)
    })
