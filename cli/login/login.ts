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
  readonly prompt?: string
  readonly token: 'access' | 'id'
  readonly port: number
  readonly timeout: number
  /** Of the program. */
  readonly tokenFile?: string
}

/** A fixed one, since most issuers want redirect addresses exact. */
export const defaultPort = 8765

const help = `
Prints an address to open in a browser and waits until the browser comes back to this machine. The token goes to
~/.config/postmaster/token, or to --token-file, readable by its owner only; commands refresh it when it has expired.
The client has to be a public one with the redirect http://localhost:${defaultPort}/callback. What the deployment's own user pool wants is in its outputs.

Examples:
  postmaster login --issuer https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbC --client-id 3n4… --token id
  postmaster login --issuer https://login.example.com/realms/desk --client-id postmaster
  postmaster login --issuer https://login.example.com --client-id postmaster --prompt consent --port 0`

export const loginCommand = ({ out, err }: CommandOutput): Command =>
  new Command('login')
    .description('get a token from an OpenID Connect issuer, in a browser')
    .requiredOption('--issuer <address>', 'as the deployment knows it')
    .requiredOption('--client-id <id>', 'of a public client')
    .option('--scope <scopes>', 'default: openid, and offline_access where the issuer has it')
    .option('--prompt <what>', 'asks the issuer for a login or a consent even where there was one')
    .addOption(
      new Option('--token <kind>', 'which token the API takes: the one that names its audience and the groups')
        .choices(['access', 'id'])
        .default('access'),
    )
    .option('--port <number>', 'port of the redirect; 0 for any', wholeNumber, defaultPort)
    .option('--timeout <seconds>', 'stop waiting for the browser after this', wholeNumber, 300)
    .addHelpText('after', help)
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<LoginOptions>()
      const client = { issuer: options.issuer, clientId: options.clientId, kind: options.token }
      await using listener = await listenForRedirect(options.port)
      const wishes = { scope: options.scope, prompt: options.prompt }
      const authorization = await beginAuthorization(client, listener.redirectUri, wishes)
      const redirected = listener.wait(authorization.state, options.timeout * 1000)
      err(`Open this address in a browser:\n\n${authorization.url}\n\n`)
      const { token, expiresAt, refreshToken } = await authorization.exchange(await redirected)
      const file = options.tokenFile ?? process.env.POSTMASTER_TOKEN_FILE ?? defaultLoginFile()
      saveLogin(file, token, refreshToken === undefined ? undefined : { ...client, refreshToken, expiresAt })
      const until = expiresAt === undefined ? '' : ` until ${new Date(expiresAt).toISOString()}`
      out(
        `Logged in${refreshToken === undefined ? until : '; the token is refreshed when it expires'}. It is in ${file}.`,
      )
      // OpenID Connect Core section 11: some give none unless they may ask for consent. Not always asked: Entra then stops whoever is no admin.
      if (refreshToken === undefined && authorization.offline && options.prompt === undefined)
        err('The issuer gave no refresh token. Some give one with --prompt consent.\n')
    })
