import type { Account } from '../accounts/account.ts'
import { hostSchema } from '../accounts/fields/mail-host.ts'
import { accountTypeFacts } from '../mailbox/account-type.ts'
import { oauth2Findings } from './findings/oauth2-findings.ts'
import { OAuth2Error } from './oauth2-error.ts'
import type { Profile } from './profiles/profile.ts'
import type { Provider } from './providers/provider.ts'
import { tokenHostsOf } from './providers/token-hosts.ts'

/**
 * The last check before Postmaster requests a token or sends one to a mail server. Accounts and providers are checked
 * when they are saved, but rows may be older than a rule, imported, or changed since then.
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
  // Hosts are compared in their stored spelling; a text that is neither a host name nor an address matches none of
  // them.
  const read = hostSchema.safeParse(host)
  if (!read.success || !allowed.includes(read.data)) throw new OAuth2Error(notAllowed(host, provider.name, allowed))
}

const notNamed = (name: string, protocol: string) => {
  const finding = oauth2Findings['host-not-named']
  return {
    ...finding,
    detail: `The provider “${name}” has no mail server for ${protocol.toUpperCase()}, so Postmaster did not send a token.`,
  }
}

const notAllowed = (host: string, name: string, allowed: readonly string[]) => {
  const finding = oauth2Findings['host-not-allowed']
  return {
    ...finding,
    detail: `The account’s mail server ${host} is not allowed to receive tokens from the provider “${name}”, so Postmaster did not send one.`,
    remedy: `Set the account’s host to ${allowed.join(' or ')}. ${finding.remedy}`,
  }
}
