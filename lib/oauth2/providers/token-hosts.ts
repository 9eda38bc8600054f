import type { Account } from '../../accounts/account.ts'
import type { ChosenProfile, TokenHosts } from '../../accounts/account-oauth2.ts'
import { hostSchema } from '../../accounts/fields/mail-host.ts'
import { accountTypeFacts, type MailProtocol } from '../../mailbox/account-type.ts'
import type { Provider, ProviderKind } from './provider.ts'

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
const microsoft = [
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
  microsoft: { imap: microsoft, pop3: microsoft },
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
