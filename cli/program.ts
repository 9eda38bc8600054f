import { Command } from 'commander'
import { addAccountCommand } from './accounts/add.ts'
import { deleteAccountCommand } from './accounts/delete.ts'
import { editAccountCommand } from './accounts/edit.ts'
import { applyAccountsCommand } from './accounts/file/apply.ts'
import { exportAccountsCommand } from './accounts/file/export.ts'
import { importAccountsCommand } from './accounts/file/import/import.ts'
import { foldersCommand } from './accounts/folders.ts'
import { listAccountsCommand } from './accounts/list.ts'
import { showAccountCommand } from './accounts/show.ts'
import { testAccountCommand } from './accounts/test.ts'
import { auditCommand } from './audit.ts'
import { completeCommand } from './complete.ts'
import { completionCommand } from './completion.ts'
import { deliverCommand } from './deliver/command.ts'
import { addressesCommand } from './dispatching/addresses.ts'
import { queuesCommand } from './dispatching/queues.ts'
import { settingsCommand } from './dispatching/settings.ts'
import { fetchCommand } from './fetch/fetch.ts'
import { deliveriesCommand } from './handover/deliveries.ts'
import { destinationsCommand } from './handover/destinations.ts'
import { authCommand } from './login/auth.ts'
import { loginCommand } from './login/login.ts'
import { logoutCommand } from './login/logout.ts'
import { messagesCommand } from './messages/messages.ts'
import { oauth2Command } from './oauth2/oauth2.ts'
import { quarantineCommand } from './quarantine.ts'
import { runsCommand } from './runs/runs.ts'
import type { CommandOutput } from './terminal/cli-error.ts'
import { withVersion } from './version.ts'

const generalHelp = `
Output:
  At a terminal, lists fit its width: long text is cut, ids are shortened, and columns without space are left out.
  Elsewhere, for example in a pipe, lists are complete values between tabs, without a header.
  --json prints all fields as JSON, and --json FIELDS only some, for example --json name,queueId.
  NO_COLOR and FORCE_COLOR decide about colours.

Exit codes:
  0    success
  1    the API was reached, but something failed, for example a fetch or a change
  2    the command was used incorrectly, or there is no token
  3    the API cannot be reached, or it denied access
  4    the time to wait is over, but the work continues (fetch --timeout)
  130  interrupted with Ctrl-C

Deployment:
  The address is --url, or else POSTMASTER_URL, the stored login (see login) or the local run (npm start).
  The token is --token-file, or else POSTMASTER_TOKEN_FILE, or that of the login or local run at this address.
  auth status shows both.`

export const buildProgram = (output: CommandOutput): Command => {
  const program = withVersion(new Command('postmaster'), output)
    .description('Collects mail for a service desk. Add mail accounts, fetch their mail and check the results.')
    .option('--url <address>', 'address of the API')
    .option('--token-file <file>', 'file with a bearer token')
    .addHelpText('after', generalHelp)
    .showHelpAfterError('(run with --help for usage)')
  const accounts = program
    .command('accounts')
    .description('mail accounts: add, test and change them, and check their health')
  const accountCommands = [
    listAccountsCommand,
    showAccountCommand,
    addAccountCommand,
    editAccountCommand,
    deleteAccountCommand,
    testAccountCommand,
    foldersCommand,
    exportAccountsCommand,
    applyAccountsCommand,
    importAccountsCommand,
  ]
  for (const build of accountCommands) accounts.addCommand(build(output))
  const others = [
    fetchCommand,
    runsCommand,
    messagesCommand,
    destinationsCommand,
    deliveriesCommand,
    quarantineCommand,
    queuesCommand,
    addressesCommand,
    settingsCommand,
    oauth2Command,
    deliverCommand,
    auditCommand,
    loginCommand,
    logoutCommand,
    authCommand,
    completionCommand,
  ]
  for (const build of others) program.addCommand(build(output))
  program.addCommand(completeCommand(output), { hidden: true })
  return program
}
