import { Command, Option } from 'commander'
import { beginAuthorization } from '../api/token/oidc.ts'
import { defaultLoginFile, saveLogin } from '../api/token/token-file.ts'
import type { CommandOutput } from '../terminal/cli-error.ts'
import { wholeNumber } from '../terminal/options.ts'
import { listenForRedirect } from './redirect-listener.ts'

interface LoginOptions {
  readonly issuer: string
  readonly clientId: string
  readonly scope?: string
  readonly prompt?: string
  readonly token: 'access' | 'id'
  readonly port: number
  readonly timeout: number
  /** A global option of the program. */
  readonly tokenFile?: string
}

/** A fixed port, because most issuers require an exact redirect URI. */
export const defaultPort = 8765

const help = `
Prints a link to open in a browser and waits until the browser returns to this machine. Stores the token in
~/.config/postmaster/token or in --token-file, readable only by its owner. Commands refresh an expired token automatically.
The client must be a public client with the redirect URI http://localhost:${defaultPort}/callback. For the deployment's own user
pool, the values to use are in the stack outputs.

Examples:
  postmaster login --issuer https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbC --client-id 3n4… --token id
  postmaster login --issuer https://login.example.com/realms/desk --client-id postmaster
  postmaster login --issuer https://login.example.com --client-id postmaster --prompt consent --port 0`

export const loginCommand = ({ out, err }: CommandOutput): Command =>
  new Command('login')
    .description('log in to an OpenID Connect issuer in a browser and store the token')
    .requiredOption('--issuer <address>', 'address of the issuer, exactly as in the deployment')
    .requiredOption('--client-id <id>', 'id of a public client')
    .option('--scope <scopes>', 'scopes to request (default: openid, and offline_access if the issuer supports it)')
    .option('--prompt <what>', 'OpenID Connect prompt, for example login or consent, to make the issuer ask again')
    .addOption(
      new Option('--token <kind>', 'token to send to the API: the one that contains its audience and the groups')
        .choices(['access', 'id'])
        .default('access'),
    )
    .option('--port <number>', 'port for the redirect; 0 for any free port', wholeNumber, defaultPort)
    .option('--timeout <seconds>', 'how long to wait for the browser', wholeNumber, 300)
    .addHelpText('after', help)
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<LoginOptions>()
      const client = { issuer: options.issuer, clientId: options.clientId, kind: options.token }
      await using listener = await listenForRedirect(options.port)
      const wishes = { scope: options.scope, prompt: options.prompt }
      const authorization = await beginAuthorization(client, listener.redirectUri, wishes)
      const redirected = listener.wait(authorization.state, options.timeout * 1000)
      err(`Open this link in a browser:\n\n${authorization.url}\n\n`)
      const { token, expiresAt, refreshToken } = await authorization.exchange(await redirected)
      const file = options.tokenFile ?? process.env.POSTMASTER_TOKEN_FILE ?? defaultLoginFile()
      saveLogin(file, token, refreshToken === undefined ? undefined : { ...client, refreshToken, expiresAt })
      const until = expiresAt === undefined ? '' : ` until ${new Date(expiresAt).toISOString()}`
      out(
        `Logged in${refreshToken === undefined ? until : '. Commands refresh the token when it expires'}. The token is in ${file}.`,
      )
      // OpenID Connect Core section 11: some issuers return a refresh token only if they may ask for consent. This is
      // not the default, because Entra then stops users who are not admins.
      if (refreshToken === undefined && authorization.offline && options.prompt === undefined)
        err('The issuer did not return a refresh token. Some issuers return one with --prompt consent.\n')
    })
