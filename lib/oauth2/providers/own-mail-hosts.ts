import type { MailProtocol } from '../../mailbox/account-type.ts'
import type { ProviderKind } from './provider.ts'

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
