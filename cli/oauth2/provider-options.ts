import { type Command, InvalidArgumentError, Option } from 'commander'
import { clientAuthentications } from '../../lib/oauth2/providers/provider.ts'

/** What `add` and `edit` say of a provider. */
export interface ProviderOptions {
  readonly signIn?: string
  readonly tokens?: string
  readonly revocation?: string
  readonly imapScopes?: readonly string[]
  readonly pop3Scopes?: readonly string[]
  readonly appScopes?: readonly string[]
  /** Null for one that is to go. */
  readonly parameter?: Readonly<Record<string, string | null>>
  readonly clientAuthentication?: string
  readonly imapHost?: string
  readonly pop3Host?: string
}

export const addProviderOptions = (command: Command): Command =>
  command
    .option('--sign-in <address>', 'authorization endpoint')
    .option('--tokens <address>', 'token endpoint')
    .option(
      '--revocation <address>',
      'address at which tokens are revoked (RFC 7009), on the host of the token endpoint; `-` for none',
    )
    .option('--imap-scopes <scopes>', 'what people allow for IMAP, separated by blanks', scopeList)
    .option('--pop3-scopes <scopes>', 'the same for POP3', scopeList)
    .option('--app-scopes <scopes>', 'what an application asks for on its own (client credentials)', scopeList)
    .option(
      '--parameter <name=value>',
      'a parameter of the sign-in; may be given again; `name=` takes it away',
      parameters,
    )
    .addOption(
      new Option('--client-authentication <where>', 'how client id and secret are sent; body unless said').choices(
        clientAuthentications,
      ),
    )
    .option('--imap-host <name>', 'mail server proposed for IMAP; `-` for none')
    .option('--pop3-host <name>', 'the same for POP3')

/** The API's fields for the options given: for a new provider, or as a merge patch (RFC 7396). */
export const providerFieldsOf = (options: ProviderOptions): Record<string, unknown> => {
  const given = Object.entries({
    authorizationEndpoint: options.signIn,
    tokenEndpoint: options.tokens,
    revocationEndpoint: noneForDash(options.revocation),
    scopes: setOf({ imap: options.imapScopes, pop3: options.pop3Scopes }),
    clientCredentialsScopes: options.appScopes,
    authorizationParameters: options.parameter,
    clientAuthentication: options.clientAuthentication,
    hosts: setOf({ imap: noneForDash(options.imapHost), pop3: noneForDash(options.pop3Host) }),
  })
  return Object.fromEntries(given.filter(([, value]) => value !== undefined))
}

const setOf = (parts: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined => {
  const given = Object.entries(parts).filter(([, value]) => value !== undefined)
  return given.length === 0 ? undefined : Object.fromEntries(given)
}

const noneForDash = (text: string | undefined): string | null | undefined => (text === '-' ? null : text)

const scopeList = (text: string): string[] => text.split(/\s+/).filter((scope) => scope !== '')

const parameters = (text: string, earlier: ProviderOptions['parameter'] = {}): ProviderOptions['parameter'] => {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? []
  if (name === undefined || value === undefined) throw new InvalidArgumentError('It must look like prompt=consent.')
  return { ...earlier, [name]: value === '' ? null : value }
}
