import type { Account } from '../../accounts/account.ts'
import type { AccountStore } from '../../accounts/store/account-store.ts'
import { consentedFor, sameConsent } from '../consented-for.ts'
import { OAuth2Error } from '../oauth2-error.ts'
import type { Profile } from '../profiles/profile.ts'
import { readSetup, type Setup, type SetupReaders } from '../setup.ts'
import { ConsentRefusal } from './consent-errors.ts'
import type { Asked, Ticket } from './consent-store.ts'

export interface ConsentReaders extends SetupReaders {
  readonly accounts: Pick<AccountStore, 'read'>
}

export const askedOf = (account: Account, profile: Profile): Asked => ({
  ...consentedFor(account, profile),
  mailbox: account.mailbox,
})

/**
 * Reads a ticket's account and checks that it has not changed since the person was asked.
 * @throws ConsentRefusal `account-deleted`, `account-changed`
 */
export const stillAsked = async (readers: ConsentReaders, { accountId, asked }: Ticket): Promise<Setup> => {
  const account = await readers.accounts.read(accountId)
  if (!account) throw new ConsentRefusal('account-deleted')
  const setup = await readSetup(readers, account).catch((error) => {
    throw error instanceof OAuth2Error ? new ConsentRefusal('account-changed') : error
  })
  const isSame = sameConsent(asked, consentedFor(account, setup.profile)) && asked.mailbox === account.mailbox
  if (setup.profile.grant !== 'authorization_code' || !isSame) throw new ConsentRefusal('account-changed')
  return setup
}
