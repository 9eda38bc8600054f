import type { ChosenProfile, TokenHosts } from '../../accounts/account-oauth2.ts'
import { ownMailHosts } from './own-mail-hosts.ts'
import type { Provider } from './provider.ts'

type HostsOf = Pick<Provider, 'kind' | 'hosts'>

/**
 * The mail servers that may receive a profile's tokens. An app-only token opens every mailbox that the app may access,
 * without a person's consent to the host that an admin enters, so it may go only to the provider's `hosts`. A consent
 * is bound to the host that the person has seen. At Microsoft and Google that host must be the vendor's own.
 */
export const tokenHostsOf = (provider: HostsOf, grant: ChosenProfile['grant']): TokenHosts => {
  const own = ownMailHosts[provider.kind]
  if (grant === 'authorization_code') return own ?? 'any'
  return { imap: namedHosts(provider, 'imap'), pop3: namedHosts(provider, 'pop3') }
}

/** A built-in provider's row that the API did not write may contain a host that does not belong to the vendor. */
const namedHosts = ({ kind, hosts }: HostsOf, protocol: 'imap' | 'pop3'): readonly string[] => {
  const named = hosts[protocol]
  const own = ownMailHosts[kind]
  return named !== undefined && (own === undefined || own[protocol].includes(named)) ? [named] : []
}
