import type { ChosenProfile, TokenHosts } from '../../accounts/account-oauth2.ts'
import { ownMailHosts } from './own-mail-hosts.ts'
import type { Provider } from './provider.ts'

type HostsOf = Pick<Provider, 'kind' | 'hosts'>

/**
 * The mail servers that may receive the tokens of a profile. An application's own token opens every mailbox the application was let into, and no
 * person's consent stands between it and a host that an admin types, so it goes only where its provider says. A consent is bound to the host that
 * the person was shown; at Microsoft and Google that host must be the vendor's own.
 */
export const tokenHostsOf = (provider: HostsOf, grant: ChosenProfile['grant']): TokenHosts => {
  const own = ownMailHosts[provider.kind]
  if (grant === 'authorization_code') return own ?? 'any'
  return { imap: namedHosts(provider, 'imap'), pop3: namedHosts(provider, 'pop3') }
}

/** A built-in provider's row that was not written by the API may name a host that is not the vendor's. */
const namedHosts = ({ kind, hosts }: HostsOf, protocol: 'imap' | 'pop3'): readonly string[] => {
  const named = hosts[protocol]
  const own = ownMailHosts[kind]
  return named !== undefined && (own === undefined || own[protocol].includes(named)) ? [named] : []
}
