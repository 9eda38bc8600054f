import { existsSync } from 'node:fs'
import { Command } from 'commander'
import { apiUrlOf } from '../api/api-url.ts'
import { ApiClient } from '../api/client.ts'
import { type ConnectionOptions, type Place, placeOf, resolveConnection } from '../api/connection.ts'
import { Logins } from '../api/places/logins.ts'
import { readSignedIn, type SignedIn } from '../api/signed-in.ts'
import { expiryOf } from '../api/token/token-expiry.ts'
import { readToken } from '../api/token/token-file.ts'
import { CliError, type CommandOutput } from '../terminal/cli-error.ts'
import { type Described, printDescribed } from '../terminal/layout/described.ts'

/** `postmaster auth …` */
export const authCommand = (output: CommandOutput): Command =>
  new Command('auth')
    .description('which deployment commands use, and as whom')
    .addHelpText('after', '\nExample:\n  postmaster auth status')
    .addCommand(statusCommand(output))
    .addCommand(switchCommand(output))

const statusCommand = (output: CommandOutput): Command =>
  new Command('status')
    .description('show the deployment that commands use, who you are there, and until when')
    .addHelpText(
      'after',
      '\nNever shows a token. Exits with code 3 if the deployment cannot be reached or does not accept the token.\n\nExample:\n  postmaster auth status',
    )
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<ConnectionOptions>()
      const place = placeOf(options)
      const others = new Logins().addresses.filter((address) => address !== place.url)
      // The API may not answer, and the rest is then all the more important.
      const me = await signedIn(options).catch((error: unknown) => {
        if (error instanceof CliError) return error
        throw error
      })
      printDescribed(output, [
        ['Address', `${place.url}, from ${place.urlFrom}`],
        ['Token', place.tokenFile ?? 'none'],
        ['Valid', validText(place)],
        ['Other logins', others.join(', ')],
        ...(me instanceof Error ? [] : signedInRows(me)),
      ])
      if (me instanceof Error) throw me
    })

const signedIn = async (options: ConnectionOptions) => await readSignedIn(new ApiClient(resolveConnection(options)))

const signedInRows = ({ name, role, deployment }: SignedIn): Described[] => [
  ['Signed in', `${name}, ${role}`],
  ['Deployment', deployment],
]

const validText = ({ tokenFile }: Place): string | undefined => {
  if (tokenFile === undefined || !existsSync(tokenFile)) return undefined
  const { expiresAt, isRefreshed } = expiryOf(tokenFile, readToken(tokenFile))
  if (expiresAt === undefined) return isRefreshed ? 'commands refresh it when it expires' : undefined
  const until =
    expiresAt.getTime() > Date.now() ? `until ${expiresAt.toISOString()}` : `expired at ${expiresAt.toISOString()}`
  return isRefreshed ? `${until}, commands refresh it` : until
}

const switchCommand = ({ out }: CommandOutput): Command =>
  new Command('switch')
    .description('use another deployment that you are logged in to')
    .argument('<address>', 'address of its API, see `postmaster auth status`')
    .addHelpText('after', '\nExample:\n  postmaster auth switch https://abc.execute-api.eu-central-1.amazonaws.com')
    .action((address: string) => {
      const url = apiUrlOf(address)
      new Logins().use(url)
      out(`Commands now use ${url}.`)
    })
