import type { Provider, ProviderInput } from './queries.ts'

/** What a person types. Lists are texts with one entry per line, and empty text stands for an absent value. */
export interface ProviderDraft {
  readonly name: string
  readonly authorizationEndpoint: string
  readonly tokenEndpoint: string
  readonly revocationEndpoint: string
  readonly imapScopes: string
  readonly pop3Scopes: string
  readonly appScopes: string
  readonly parameters: string
  readonly clientAuthentication: Provider['clientAuthentication']
  readonly imapHost: string
  readonly pop3Host: string
}

export const providerDraft = (provider: Provider | undefined): ProviderDraft => ({
  name: provider?.name ?? '',
  authorizationEndpoint: provider?.authorizationEndpoint ?? '',
  tokenEndpoint: provider?.tokenEndpoint ?? '',
  revocationEndpoint: provider?.revocationEndpoint ?? '',
  imapScopes: (provider?.scopes.imap ?? []).join('\n'),
  pop3Scopes: (provider?.scopes.pop3 ?? []).join('\n'),
  appScopes: (provider?.clientCredentialsScopes ?? []).join('\n'),
  parameters: Object.entries(provider?.authorizationParameters ?? {})
    .map(([name, value]) => `${name}=${value}`)
    .join('\n'),
  clientAuthentication: provider?.clientAuthentication ?? 'body',
  imapHost: provider?.hosts.imap ?? '',
  pop3Host: provider?.hosts.pop3 ?? '',
})

export const providerBody = (draft: ProviderDraft): ProviderInput => ({
  name: draft.name,
  authorizationEndpoint: draft.authorizationEndpoint,
  tokenEndpoint: draft.tokenEndpoint,
  ...(draft.revocationEndpoint !== '' && { revocationEndpoint: draft.revocationEndpoint }),
  scopes: { imap: lines(draft.imapScopes), pop3: lines(draft.pop3Scopes) },
  clientCredentialsScopes: lines(draft.appScopes),
  authorizationParameters: Object.fromEntries(lines(draft.parameters).map(parameter)),
  clientAuthentication: draft.clientAuthentication,
  hosts: {
    ...(draft.imapHost !== '' && { imap: draft.imapHost }),
    ...(draft.pop3Host !== '' && { pop3: draft.pop3Host }),
  },
})

const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')

const parameter = (line: string): [string, string] => {
  const split = line.indexOf('=')
  return split === -1 ? [line, ''] : [line.slice(0, split).trim(), line.slice(split + 1).trim()]
}
