import type { AccountType } from '../../../lib/mailbox/account-type.ts'
import { type MailProvider, mailProviders } from './providers.ts'

export interface ServerProposal {
  readonly type: AccountType
  readonly host: string
  /** The OAuth2 provider of the accounts, if it is built into Postmaster. */
  readonly oauth2?: MailProvider['oauth2']
  /** A hint about the mail provider. */
  readonly note?: string | undefined
}

export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase()

/** @returns the mail provider whose domain the address is in, or undefined for a customer's own domain */
export const providerOf = (address: string): MailProvider | undefined =>
  mailProviders.find(({ domains }) => domains.includes(domainOf(address)))

export const proposalOf = ({ imapHost, name, oauth2, note }: MailProvider): ServerProposal => ({
  type: 'IMAPS',
  host: imapHost,
  oauth2,
  note: note === undefined ? undefined : `${name}: ${note}`,
})

/** @returns the usual names of a domain's mail server. The connection test shows which of them exists. */
export const conventionalHosts = (address: string): readonly string[] =>
  ['imap', 'mail'].map((name) => `${name}.${domainOf(address)}`)
