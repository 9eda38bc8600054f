import type { Account } from '../../accounts/account.ts'
import { accountTypeFacts } from '../../mailbox/account-type.ts'
import type { OAuth2Client } from '../authorization/authorization-server.ts'
import { oauth2Findings } from '../findings/oauth2-findings.ts'
import { clientOf } from '../oauth2-client.ts'
import { OAuth2Error } from '../oauth2-error.ts'
import type { Profile, ProfileReader } from '../profiles/profile.ts'
import type { Provider, ProviderReader } from '../providers/provider.ts'
import { assertTokenDestination } from '../token-destination.ts'
import { type Facts, factsOf } from './examination-log.ts'

/** An account with its profile, its provider and the client that they form. */
export interface Setup {
  readonly account: Account
  readonly profile: Profile
  readonly provider: Provider
  /** The client without its secret. */
  readonly client: OAuth2Client
}

export interface SetupReaders {
  readonly profiles: Pick<ProfileReader, 'read'>
  readonly providers: ProviderReader
}

/** @throws OAuth2Error if something is missing, or if the account may not receive tokens */
export const readSetup = async (account: Account, { profiles, providers }: SetupReaders): Promise<Setup> => {
  const { credential, type } = account
  if (credential.method !== 'oauth2') throw new OAuth2Error(oauth2Findings['not-oauth2'])
  const profile = await profiles.read(credential.profileId)
  if (!profile) throw new OAuth2Error(oauth2Findings['profile-missing'])
  const provider = await providers.read(profile.providerId)
  if (!provider) throw new OAuth2Error(oauth2Findings['provider-missing'])
  assertTokenDestination(account, profile, provider)
  return {
    account,
    profile,
    provider,
    client: clientOf(profile, provider, undefined, accountTypeFacts(type).protocol),
  }
}

export const setupFacts = ({ account, profile, provider, client }: Setup): Facts =>
  factsOf({
    profile: profile.name,
    provider: provider.name,
    grant: profile.grant,
    tenant: profile.tenant,
    clientId: profile.clientId,
    secretExpiresOn: profile.secretExpiresOn,
    scopes: [...client.scopes],
    username: account.username,
    mailbox: account.mailbox,
  })
