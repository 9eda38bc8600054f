import { type Command, InvalidArgumentError, Option } from 'commander'
import { clientAuthentications } from '../../lib/oauth2/providers/provider.ts'

/** The options of `add` and `edit` for a provider. */
export interface ProviderOptions {
  readonly signIn?: string
  readonly tokens?: string
  readonly revocation?: string
  readonly imapScopes?: readonly string[]
  readonly pop3Scopes?: readonly string[]
  readonly appScopes?: readonly string[]
  /** Null removes a parameter. */
  readonly parameter?: Readonly<Record<string, string | null>>
  readonly clientAuthentication?: string
  readonly imapHost?: string
  readonly pop3Host?: string
}

export const addProviderOptions = (command: Command): Command =>
  command
    .option('--sign-in <address>', 'authorization endpoint')
    .option('--tokens <address>', 'token endpoint')
    .option('--revocation <address>', 'revocation endpoint (RFC 7009), on the host of the token endpoint; `-` for none')
    .option('--imap-scopes <scopes>', 'scopes that users consent to for IMAP, separated by spaces', scopeList)
    .option('--pop3-scopes <scopes>', 'scopes that users consent to for POP3, separated by spaces', scopeList)
    .option('--app-scopes <scopes>', 'scopes for client credentials, separated by spaces', scopeList)
    .option(
      '--parameter <name=value>',
      'extra parameter for the sign-in; can be repeated; `name=` removes it',
      parameters,
    )
    .addOption(
      new Option(
        '--client-authentication <where>',
        'where the client id and the client secret are sent (default: body)',
      ).choices(clientAuthentications),
    )
    .option('--imap-host <name>', 'suggested mail server for IMAP; `-` for none')
    .option('--pop3-host <name>', 'suggested mail server for POP3; `-` for none')

/** @returns the API's fields for these options, for a new provider or as a merge patch (RFC 7396) */
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
  if (name === undefined || value === undefined)
    throw new InvalidArgumentError('It must have the form name=value, for example prompt=consent.')
  return { ...earlier, [name]: value === '' ? null : value }
}
