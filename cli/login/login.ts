import { resolve } from 'node:path'
import { Command, Option } from 'commander'
import { apiUrlOf } from '../api/api-url.ts'
import { ApiClient } from '../api/client.ts'
import { type Login, Logins } from '../api/places/logins.ts'
import { readSignedIn } from '../api/signed-in.ts'
import { currentToken } from '../api/token/current-token.ts'
import { beginAuthorization, type OidcClient } from '../api/token/oidc.ts'
import { saveLogin } from '../api/token/token-file.ts'
import { CliError, type CommandOutput, exitCodes } from '../terminal/cli-error.ts'
import { wholeNumber } from '../terminal/options.ts'
import { plain } from '../terminal/text.ts'
import { listenForRedirect } from './redirect-listener.ts'

interface LoginOptions {
  readonly issuer?: string
  readonly clientId?: string
  readonly scope?: string
  readonly prompt?: string
  readonly token?: 'access' | 'id'
  readonly port: number
  readonly timeout: number
  /** Global options of the program. */
  readonly url?: string
  readonly tokenFile?: string
}

/** A fixed port, because most issuers require an exact redirect URI. */
export const defaultPort = 8765

const help = `
Prints a link to open in a browser and waits until the browser returns to this machine. Stores the address of the deployment, so
that later commands need no --url, and the token, readable only by you. Commands refresh an expired token automatically.
Without --url, --issuer and --client-id, the last login is repeated. With --token-file and without --url, only the token is
stored.

The client must be a public client with the redirect URI http://localhost:${defaultPort}/callback. For the deployment's own user
pool, the values to use are in the stack outputs ApiUrl, Issuer and UserPoolClientId.

Examples:
  postmaster login --url https://abc.execute-api.eu-central-1.amazonaws.com --token id \\
    --issuer https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbC --client-id 3n4…
  postmaster login
  postmaster login --url https://mail.example.com --issuer https://login.example.com --client-id postmaster --prompt consent`

export const loginCommand = (output: CommandOutput): Command =>
  new Command('login')
    .description('log in to a deployment in a browser, and use it from now on')
    .option('--issuer <address>', 'address of the OpenID Connect issuer, exactly as in the deployment')
    .option('--client-id <id>', 'id of a public client')
    .option('--scope <scopes>', 'scopes to request (default: openid, and offline_access if the issuer supports it)')
    .option('--prompt <what>', 'OpenID Connect prompt, for example login or consent, to make the issuer ask again')
    .addOption(
      new Option(
        '--token <kind>',
        'token to send to the API: the one that contains its audience and the groups (default: access)',
      ).choices(['access', 'id']),
    )
    .option('--port <number>', 'port for the redirect; 0 for any free port', wholeNumber, defaultPort)
    .option('--timeout <seconds>', 'how long to wait for the browser', wholeNumber, 300)
    .addHelpText('after', help)
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<LoginOptions>()
      const logins = new Logins()
      const url = addressOf(options, logins)
      const former = url === undefined ? undefined : logins.find(url)
      const client = clientOf(options, former)
      const file = fileOf(options, url, former, logins)
      const validity = await logIn(options, client, file, output)
      if (url === undefined) return output.out(`Logged in. ${validity} The token is in ${file}.`)
      logins.save(url, { ...client, tokenFile: file })
      const api = new ApiClient({ url, token: currentToken(file) })
      const { name, role } = await readSignedIn(api).catch((error: unknown) => {
        if (!(error instanceof CliError)) throw error
        throw new CliError(`The login is stored in ${file}, but it does not work: ${error.message}`, error.exitCode)
      })
      output.out(
        `Logged in to ${url} as ${plain(name)} (${plain(role)}). Commands now use this deployment. ${validity}`,
      )
    })

const addressOf = ({ url = process.env.POSTMASTER_URL, tokenFile }: LoginOptions, logins: Logins) => {
  if (url !== undefined) return apiUrlOf(url)
  if (tokenFile !== undefined) return undefined
  if (logins.current !== undefined) return logins.current
  throw new CliError(
    'Specify --url with the address of the deployment’s API. It is the output ApiUrl of the stack. The local run needs no login.',
    exitCodes.usage,
  )
}

const clientOf = (options: LoginOptions, former: Login | undefined): OidcClient => {
  const { issuer = former?.issuer, clientId = former?.clientId } = options
  if (issuer !== undefined && clientId !== undefined)
    return { issuer, clientId, kind: options.token ?? former?.kind ?? 'access' }
  const missing = [...(issuer === undefined ? ['--issuer'] : []), ...(clientId === undefined ? ['--client-id'] : [])]
  throw new CliError(`Specify ${missing.join(' and ')}.`, exitCodes.usage)
}

const fileOf = (
  { tokenFile = process.env.POSTMASTER_TOKEN_FILE }: LoginOptions,
  url: string | undefined,
  former: Login | undefined,
  logins: Logins,
): string =>
  (tokenFile === undefined ? undefined : resolve(tokenFile)) ?? former?.tokenFile ?? logins.tokenFileFor(url ?? '')

/** Stores the tokens in the file. @returns a sentence about how long they are valid */
const logIn = async (
  options: LoginOptions,
  client: OidcClient,
  file: string,
  { err }: CommandOutput,
): Promise<string> => {
  await using listener = await listenForRedirect(options.port)
  const wishes = { scope: options.scope, prompt: options.prompt }
  const authorization = await beginAuthorization(client, listener.redirectUri, wishes)
  const redirected = listener.wait(authorization.state, options.timeout * 1000)
  err(`Open this link in a browser:\n\n${authorization.url}\n\n`)
  const { token, expiresAt, refreshToken } = await authorization.exchange(await redirected)
  saveLogin(file, token, refreshToken === undefined ? undefined : { ...client, refreshToken, expiresAt })
  // OpenID Connect Core section 11: some issuers return a refresh token only if they may ask for consent. This is
  // not the default, because Entra then stops users who are not admins.
  if (refreshToken === undefined && authorization.offline && options.prompt === undefined)
    err('The issuer did not return a refresh token. Some issuers return one with --prompt consent.\n')
  if (refreshToken !== undefined) return 'Commands refresh the token when it expires.'
  return expiresAt === undefined ? '' : `The token is valid until ${new Date(expiresAt).toISOString()}.`
}
