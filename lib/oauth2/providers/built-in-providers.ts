import { withoutStamp } from '../../requests/versioned.ts'
import type { Provider } from './provider.ts'

/** What a provider is, apart from who changed it when. */
export type ProviderSettings = Omit<
  Provider,
  'providerId' | 'version' | 'createdAt' | 'createdBy' | 'createdBySub' | 'changedAt' | 'changedBy' | 'changedBySub'
>

/** `openid profile email` only bring the id token, which says who consented; other scopes may stand beside them (OpenID Connect Core section 3.1.2.1). */
const identity = ['openid', 'profile', 'email']

/**
 * Endpoints: the v2.0 ones of the Microsoft identity platform, learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow. Scopes and host:
 * learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth. The scopes of
 * people are of outlook.office.com, those of an application of outlook.office365.com, as that page has them; one request names one resource only.
 */
const microsoft: ProviderSettings = {
  kind: 'microsoft',
  name: 'Microsoft 365',
  authorizationEndpoint: 'https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize',
  tokenEndpoint: 'https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token',
  scopes: {
    imap: ['https://outlook.office.com/IMAP.AccessAsUser.All', 'offline_access', ...identity],
    pop3: ['https://outlook.office.com/POP.AccessAsUser.All', 'offline_access', ...identity],
  },
  clientCredentialsScopes: ['https://outlook.office365.com/.default'],
  // Without it whoever is signed in consents, unasked: often the admin, and not the mailbox's owner.
  authorizationParameters: { prompt: 'select_account' },
  clientAuthentication: 'body',
  hosts: { imap: 'outlook.office365.com', pop3: 'outlook.office365.com' },
}

/**
 * Endpoints: accounts.google.com/.well-known/openid-configuration. Scope and hosts: developers.google.com/workspace/gmail/imap/xoauth2-protocol.
 * A refresh token comes only with `access_type=offline`, and again only after a screen that asks
 * (developers.google.com/identity/protocols/oauth2/web-server). Applications get in by service accounts alone, which sign their own assertions.
 */
const google: ProviderSettings = {
  kind: 'google',
  name: 'Google Workspace and Gmail',
  authorizationEndpoint: 'https://accounts.google.com/o/oauth2/v2/auth',
  tokenEndpoint: 'https://oauth2.googleapis.com/token',
  scopes: { imap: ['https://mail.google.com/', ...identity], pop3: ['https://mail.google.com/', ...identity] },
  clientCredentialsScopes: [],
  authorizationParameters: { access_type: 'offline', prompt: 'consent' },
  clientAuthentication: 'body',
  hosts: { imap: 'imap.gmail.com', pop3: 'pop.gmail.com' },
}

const builtIns: ReadonlyMap<string, ProviderSettings> = new Map([
  ['microsoft', microsoft],
  ['google', google],
])

/** In the order they are listed. */
export const builtInProviderIds: readonly string[] = [...builtIns.keys()]

/** What Postmaster ships under this id; undefined for a custom provider. */
export const shippedSettings = (providerId: string): ProviderSettings | undefined => builtIns.get(providerId)

/** A built-in provider that nobody has changed: it has no row, so its dates say nothing. */
export const shippedProvider = (providerId: string): Provider | undefined => {
  const settings = builtIns.get(providerId)
  return settings && { ...settings, providerId, version: 1, ...shippedStamp }
}

const shippedStamp = {
  createdAt: '1970-01-01T00:00:00.000Z',
  createdBy: 'postmaster',
  changedAt: '1970-01-01T00:00:00.000Z',
  changedBy: 'postmaster',
}

export const settingsOfProvider = (provider: Provider): ProviderSettings => {
  const { providerId: _id, version: _version, ...settings } = withoutStamp(provider)
  return settings
}
