import { Command } from 'commander'
import { apiUrlOf } from '../api/api-url.ts'
import { Logins } from '../api/places/logins.ts'
import { CliError, type CommandOutput, exitCodes } from '../terminal/cli-error.ts'

const help = `
Removes the tokens and the address that \`postmaster login\` stored. With several logins, choose one with --url.

Examples:
  postmaster logout
  postmaster logout --url https://abc.execute-api.eu-central-1.amazonaws.com`

export const logoutCommand = ({ out }: CommandOutput): Command =>
  new Command('logout')
    .description('remove the tokens of a login from this machine')
    .addHelpText('after', help)
    .action((_options: object, command: Command) => {
      const logins = new Logins()
      const given = command.optsWithGlobals<{ url?: string }>().url ?? process.env.POSTMASTER_URL ?? logins.current
      if (given === undefined)
        throw new CliError(
          logins.addresses.length === 0
            ? 'You are not logged in to any deployment.'
            : `Choose a login with --url: ${logins.addresses.join(', ')}.`,
          exitCodes.failed,
        )
      const url = apiUrlOf(given)
      const removed = logins.remove(url)
      out([`Logged out of ${url}. Removed:`, ...removed.map((file) => `  ${file}`)].join('\n'))
      const [other] = logins.addresses
      if (other !== undefined && logins.current === undefined)
        out(`You are still logged in to ${logins.addresses.join(', ')}. Use it with: postmaster auth switch ${other}`)
    })
