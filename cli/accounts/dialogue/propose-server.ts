import type { AccountType } from '../../../lib/accounts/account-type.ts'
import { type MailProvider, mailProviders } from './providers.ts'

export interface ServerProposal {
  readonly type: AccountType
  readonly host: string
  /** The OAuth2 provider of its accounts, where it is one that comes with Postmaster. */
  readonly oauth2?: MailProvider['oauth2']
  /** What has to be known of this provider. */
  readonly note?: string | undefined
}

export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase()

/** Who gives such addresses away; undefined for a domain of one's own. */
export const providerOf = (address: string): MailProvider | undefined =>
  mailProviders.find(({ domains }) => domains.includes(domainOf(address)))

export const proposalOf = ({ imapHost, name, oauth2, note }: MailProvider): ServerProposal => ({
  type: 'IMAPS',
  host: imapHost,
  oauth2,
  note: note === undefined ? undefined : `${name}: ${note}`,
})

/** The names that most mail servers of a domain have; which of them there is, the connection test tells. */
export const conventionalHosts = (address: string): readonly string[] =>
  ['imap', 'mail'].map((name) => `${name}.${domainOf(address)}`)
