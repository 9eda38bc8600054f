import type { Account } from '../accounts/account.ts'
import { accountTypeFacts } from '../accounts/account-type.ts'
import { hostSchema } from '../accounts/mail-host.ts'
import { oauth2Findings } from './findings/oauth2-findings.ts'
import { OAuth2Error } from './oauth2-error.ts'
import type { Profile } from './profiles/profile.ts'
import type { Provider } from './providers/provider.ts'
import { tokenHostsOf } from './providers/token-hosts.ts'

/**
 * The last gate before a token leaves for a mail server, and before one is asked for. Accounts and providers are checked when they are saved, but
 * rows may be older than a rule, imported, or changed since.
 * @throws OAuth2Error `host-not-allowed`, `host-not-named`
 */
export const assertTokenDestination = (
  { type, host }: Pick<Account, 'type' | 'host'>,
  { grant }: Pick<Profile, 'grant'>,
  provider: Pick<Provider, 'kind' | 'name' | 'hosts'>,
): void => {
  const hosts = tokenHostsOf(provider, grant)
  if (hosts === 'any') return
  const { protocol } = accountTypeFacts(type)
  const allowed = hosts[protocol]
  if (allowed.length === 0) throw new OAuth2Error(notNamed(provider.name, protocol))
  // Compared in the one spelling in which hosts are stored; what is not a host name or an address matches nothing.
  const read = hostSchema.safeParse(host)
  if (!read.success || !allowed.includes(read.data)) throw new OAuth2Error(notAllowed(host, provider.name, allowed))
}

const notNamed = (name: string, protocol: string) => {
  const finding = oauth2Findings['host-not-named']
  return {
    ...finding,
    words: `The provider “${name}” names no mail server for ${protocol.toUpperCase()}, so no token was sent.`,
  }
}

const notAllowed = (host: string, name: string, allowed: readonly string[]) => {
  const finding = oauth2Findings['host-not-allowed']
  return {
    ...finding,
    words: `The account’s mail server ${host} may not receive tokens of the provider “${name}”, so none was sent.`,
    remedy: `Set the account’s host to ${allowed.join(' or ')}. ${finding.remedy}`,
  }
}
