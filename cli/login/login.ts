import { Command, Option } from 'commander'
import { wholeNumber } from '../number-option.ts'
import type { CommandOutput } from '../output.ts'
import { beginAuthorization } from './oidc.ts'
import { listenForRedirect } from './redirect-listener.ts'
import { defaultLoginFile, saveLogin } from './token-file.ts'

interface LoginOptions {
  readonly issuer: string
  readonly clientId: string
  readonly scope?: string
  readonly token: 'access' | 'id'
  readonly port: number
  readonly timeout: number
  /** Of the program. */
  readonly tokenFile?: string
}

const help = `
Prints an address to open in a browser and waits until the browser comes back to this machine. The token goes to
~/.config/postmaster/token, or to --token-file, readable by its owner only; commands refresh it when it has expired.
The client has to be a public one with the redirect http://localhost:PORT/callback; where the issuer wants that exact, say --port.

Examples:
  postmaster login --issuer https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbC --client-id 3n4… --port 8765
  postmaster login --issuer https://login.example.com/realms/desk --client-id postmaster --scope "openid offline_access"
  postmaster login --issuer https://login.example.com --client-id postmaster --token id`

export const loginCommand = ({ out, err }: CommandOutput): Command =>
  new Command('login')
    .description('get a token from an OpenID Connect issuer, in a browser')
    .requiredOption('--issuer <address>', 'as the deployment knows it')
    .requiredOption('--client-id <id>', 'of a public client')
    .option('--scope <scopes>', 'default: openid, and offline_access where the issuer has it')
    .addOption(
      new Option('--token <kind>', 'which token the API takes: the one that names its audience and the groups')
        .choices(['access', 'id'])
        .default('access'),
    )
    .option('--port <number>', 'port of the redirect; 0 for any', wholeNumber, 0)
    .option('--timeout <seconds>', 'stop waiting for the browser after this', wholeNumber, 300)
    .addHelpText('after', help)
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<LoginOptions>()
      const client = { issuer: options.issuer, clientId: options.clientId, kind: options.token }
      await using listener = await listenForRedirect(options.port)
      const authorization = await beginAuthorization(client, listener.redirectUri, options.scope)
      const redirected = listener.wait(authorization.state, options.timeout * 1000)
      err(`Open this address in a browser:\n\n${authorization.url}\n\n`)
      const { token, expiresAt, refreshToken } = await authorization.exchange(await redirected)
      const file = options.tokenFile ?? process.env.POSTMASTER_TOKEN_FILE ?? defaultLoginFile()
      saveLogin(file, token, refreshToken === undefined ? undefined : { ...client, refreshToken, expiresAt })
      const until = expiresAt === undefined ? '' : ` until ${new Date(expiresAt).toISOString()}`
      out(
        `Logged in${refreshToken === undefined ? until : '; the token is refreshed when it expires'}. It is in ${file}.`,
      )
    })
