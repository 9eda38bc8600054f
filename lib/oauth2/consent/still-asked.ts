import type { Account } from '../../accounts/account.ts'
import type { AccountReader } from '../../accounts/store/account-store.ts'
import type { Profile, ProfileReader } from '../profiles/profile.ts'
import type { Provider, ProviderReader } from '../providers/provider.ts'
import { askedOf, isSameAsked } from './asked.ts'
import { ConsentRefusal } from './consent-refusal.ts'
import type { Ticket } from './consent-rows.ts'

export interface SetupReaders {
  readonly accounts: Pick<AccountReader, 'read'>
  readonly profiles: Pick<ProfileReader, 'read'>
  readonly providers: ProviderReader
}

/** An account with the profile and provider of its consent. */
export interface Setup {
  readonly account: Account
  readonly profile: Profile
  readonly provider: Provider
}

/**
 * Reads a ticket's account and checks that it has not changed since the person was asked.
 * @throws ConsentRefusal `account-deleted`, `account-changed`
 */
export const stillAsked = async ({ accountId, asked }: Ticket, readers: SetupReaders): Promise<Setup> => {
  const account = await readers.accounts.read(accountId)
  if (!account) throw new ConsentRefusal('account-deleted')
  if (account.credential.method !== 'oauth2') throw new ConsentRefusal('account-changed')
  const profile = await readers.profiles.read(account.credential.profileId)
  const provider = profile && (await readers.providers.read(profile.providerId))
  if (!profile || !provider || profile.grant !== 'authorization_code' || !isSameAsked(asked, askedOf(account, profile)))
    throw new ConsentRefusal('account-changed')
  return { account, profile, provider }
}
