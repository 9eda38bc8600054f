import type { Account } from '../../accounts/account.ts'
import type { ChosenProfile, TokenHosts } from '../../accounts/account-oauth2.ts'
import { hostSchema } from '../../accounts/fields/field-formats.ts'
import { accountTypeFacts, type MailProtocol } from '../../mailbox/account-type.ts'
import type { Provider, ProviderKind, ProviderSettings } from './provider.ts'

/**
 * `openid profile email` only add the id token, which names the person who consented. They can be combined with other
 * scopes (OpenID Connect Core section 3.1.2.1).
 */
const identity = ['openid', 'profile', 'email']

/** One of Microsoft's clouds. The clouds run the same software but are otherwise separate. */
interface MicrosoftCloud {
  readonly name: string
  /** The sign-in address of Microsoft Entra ID. */
  readonly signIn: string
  /** The Exchange Online resource to which people consent. */
  readonly resource: string
  /** The Exchange Online resource for app-only access. */
  readonly applicationResource: string
  readonly mailHost: string
}

/**
 * Endpoints: the v2.0 ones of the Microsoft identity platform,
 * learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow, at the sign-in hosts of
 * learn.microsoft.com/entra/identity-platform/authentication-national-cloud. Mail hosts: see `exchangeOnline`.
 */
const microsoftAt = ({ name, signIn, resource, applicationResource, mailHost }: MicrosoftCloud): ProviderSettings => ({
  kind: 'microsoft',
  name,
  authorizationEndpoint: `${signIn}/{tenant}/oauth2/v2.0/authorize`,
  tokenEndpoint: `${signIn}/{tenant}/oauth2/v2.0/token`,
  scopes: {
    imap: [`${resource}/IMAP.AccessAsUser.All`, 'offline_access', ...identity],
    pop3: [`${resource}/POP.AccessAsUser.All`, 'offline_access', ...identity],
  },
  clientCredentialsScopes: [`${applicationResource}/.default`],
  // Without this parameter, Microsoft uses the session of the signed-in person without asking: often the admin, not the
  // mailbox's owner.
  authorizationParameters: { prompt: 'select_account' },
  clientAuthentication: 'body',
  hosts: { imap: mailHost, pop3: mailHost },
})

/**
 * Scopes:
 * learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth.
 * On that page, delegated scopes belong to outlook.office.com and app-only scopes belong to outlook.office365.com. A
 * request can name only one resource.
 */
const microsoft = microsoftAt({
  name: 'Microsoft 365',
  signIn: 'https://login.microsoftonline.com',
  resource: 'https://outlook.office.com',
  applicationResource: 'https://outlook.office365.com',
  mailHost: 'outlook.office365.com',
})

/**
 * Microsoft does not document scopes for the national clouds. Like other programs, we use the mail host as the
 * resource. An admin can change them.
 */
const nationalCloud = (name: string, signIn: string, mailHost: string): ProviderSettings =>
  microsoftAt({ name, signIn, mailHost, resource: `https://${mailHost}`, applicationResource: `https://${mailHost}` })

const usGovernment = 'https://login.microsoftonline.us'

/**
 * Endpoints: accounts.google.com/.well-known/openid-configuration. Scope and hosts:
 * developers.google.com/workspace/gmail/imap/xoauth2-protocol. Google issues a refresh token only with
 * `access_type=offline`, and issues another one only after a consent screen
 * (developers.google.com/identity/protocols/oauth2/web-server). App-only access is possible only with service accounts,
 * which sign their own assertions.
 */
const google: ProviderSettings = {
  kind: 'google',
  name: 'Google Workspace and Gmail',
  authorizationEndpoint: 'https://accounts.google.com/o/oauth2/v2/auth',
  tokenEndpoint: 'https://oauth2.googleapis.com/token',
  revocationEndpoint: 'https://oauth2.googleapis.com/revoke',
  scopes: { imap: ['https://mail.google.com/', ...identity], pop3: ['https://mail.google.com/', ...identity] },
  clientCredentialsScopes: [],
  authorizationParameters: { access_type: 'offline', prompt: 'consent' },
  clientAuthentication: 'body',
  hosts: { imap: 'imap.gmail.com', pop3: 'pop.gmail.com' },
}

const builtIns: ReadonlyMap<string, ProviderSettings> = new Map([
  ['microsoft', microsoft],
  ['google', google],
  [
    'microsoft-us-gcc-high',
    nationalCloud('Microsoft 365 US Government GCC High', usGovernment, 'outlook.office365.us'),
  ],
  ['microsoft-us-dod', nationalCloud('Microsoft 365 US Government DoD', usGovernment, 'outlook-dod.office365.us')],
  [
    'microsoft-china',
    nationalCloud('Microsoft 365 China (21Vianet)', 'https://login.partner.microsoftonline.cn', 'partner.outlook.cn'),
  ],
])

/** In listing order. */
export const builtInProviderIds: readonly string[] = [...builtIns.keys()]

/** @returns the defaults that Postmaster ships for this id, or undefined for a custom provider */
export const shippedSettings = (providerId: string): ProviderSettings | undefined => builtIns.get(providerId)

const endpoints = ['authorizationEndpoint', 'tokenEndpoint', 'revocationEndpoint'] as const
type Endpoints = Pick<Provider, 'providerId' | (typeof endpoints)[number]>

/** @returns the endpoints that differ from the shipped ones; an endpoint that is missing does not differ */
export const movedEndpoints = (
  provider: Readonly<Partial<Record<(typeof endpoints)[number], string | undefined>>>,
  shipped: ProviderSettings,
) => endpoints.filter((field) => provider[field] !== undefined && provider[field] !== shipped[field])

/**
 * @returns true if the provider still has its vendor's addresses. Secrets and codes of a built-in provider go to the
 *   vendor, so the API rejects other addresses, but a row that another version wrote may contain them.
 */
export const hasOwnEndpoints = (provider: Endpoints): boolean => {
  const shipped = builtIns.get(provider.providerId)
  return shipped === undefined || movedEndpoints(provider, shipped).length === 0
}

/** Rows of built-in providers that were written before the field existed do not contain it. */
export const revocationEndpointOf = ({ providerId, revocationEndpoint }: Endpoints): string | undefined =>
  revocationEndpoint ?? builtIns.get(providerId)?.revocationEndpoint

/** A built-in provider without changes. It has no row, so its dates are placeholders. */
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

/** The mail servers that a vendor runs itself, by protocol. */
export type OwnMailHosts = Readonly<Record<MailProtocol, readonly string[]>>

/**
 * Exchange Online in every Microsoft cloud: the hosts with the ports 143, 993 and 995 in Microsoft's lists of
 * endpoints, and other names of the same servers:
 * learn.microsoft.com/microsoft-365/enterprise/urls-and-ip-address-ranges (worldwide, which GCC uses),
 * …/microsoft-365-u-s-government-gcc-high-endpoints, …/microsoft-365-u-s-government-dod-endpoints and
 * …/urls-and-ip-address-ranges-21vianet (which lists the host without mail ports). The last two are the former names
 * of Outlook.com, which Microsoft still serves.
 */
const exchangeOnline = [
  'outlook.office365.com',
  'outlook.office.com',
  'outlook.office365.us',
  'outlook-dod.office365.us',
  'webmail.apps.mil',
  'partner.outlook.cn',
  'imap-mail.outlook.com',
  'pop-mail.outlook.com',
] as const

/**
 * The mail servers of a built-in provider's vendor. Its tokens give access to whole mailboxes there, so Postmaster
 * sends them to no other host. Undefined for a custom provider, whose hosts an admin enters.
 *
 * Google: developers.google.com/workspace/gmail/imap/imap-smtp and support.google.com/mail/answer/7104828. The names
 * below googlemail.com are those of countries where the service was not called Gmail.
 */
export const ownMailHosts: Readonly<Record<ProviderKind, OwnMailHosts | undefined>> = {
  microsoft: { imap: exchangeOnline, pop3: exchangeOnline },
  google: {
    imap: ['imap.gmail.com', 'imap.googlemail.com'],
    pop3: ['pop.gmail.com', 'pop.googlemail.com'],
  },
  custom: undefined,
}

type HostsOf = Pick<Provider, 'kind' | 'hosts'>

/**
 * The mail servers that may receive a profile's tokens. An app-only token opens every mailbox that the app may access,
 * without a person's consent to the host that an admin enters, so it may go only to the provider's `hosts`. A consent
 * is bound to the host that the person has seen. At Microsoft and Google that host must be the vendor's own.
 */
export const tokenHostsOf = (provider: HostsOf, grant: ChosenProfile['grant']): TokenHosts => {
  if (grant === 'authorization_code') return ownMailHosts[provider.kind] ?? 'any'
  return { imap: namedHosts(provider, 'imap'), pop3: namedHosts(provider, 'pop3') }
}

/** A built-in provider's row that the API did not write may contain a host that does not belong to the vendor. */
const namedHosts = ({ kind, hosts }: HostsOf, protocol: MailProtocol): readonly string[] => {
  const named = hosts[protocol]
  return named !== undefined && isOwnHost(kind, protocol, named) ? [named] : []
}

/** @returns true if the vendor runs the mail server, or if the provider is a custom one */
export const isOwnHost = (kind: ProviderKind, protocol: MailProtocol, host: string): boolean =>
  ownMailHosts[kind]?.[protocol].includes(host) ?? true

/**
 * Hosts are compared in their stored spelling; a text that is neither a host name nor an address matches none of them.
 */
export const mayReceiveTokens = ({ type, host }: Pick<Account, 'type' | 'host'>, hosts: TokenHosts): boolean => {
  if (hosts === 'any') return true
  const read = hostSchema.safeParse(host)
  return read.success && hosts[accountTypeFacts[type].protocol].includes(read.data)
}
