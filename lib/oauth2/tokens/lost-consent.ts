import type { Account } from '../../accounts/account.ts'
import { accountTypeFacts } from '../../mailbox/account-type.ts'
import { oauth2Finding } from '../findings/oauth2-findings.ts'
import type { OAuth2Finding } from '../oauth2-error.ts'
import type { Profile } from '../profiles/profile.ts'
import type { Grant } from './grant.ts'

export type ConsentedAccount = Pick<Account, 'type' | 'username' | 'host'>

/**
 * The settings that a consent is given for. Another person, other scopes or another client need a new consent. The same
 * applies to another host, because a token, like a password, goes only to the host it was given for
 * (docs/decisions/0020).
 */
export const consentedFor = ({ type, username, host }: ConsentedAccount, { profileId, grantEpoch }: Profile) => ({
  profileId,
  grantEpoch,
  protocol: accountTypeFacts(type).protocol,
  username,
  host,
})

/**
 * @returns the reason why a consent is no longer valid, or undefined if it is valid. An outdated consent is not
 *   recorded: it becomes valid again once account and profile match it again.
 */
export const lossOf = (grant: Grant, account: ConsentedAccount, profile: Profile): OAuth2Finding | undefined => {
  if (grant.endedAt !== undefined) return oauth2Finding('consent-missing')
  if (isOutdated(grant, account, profile)) return oauth2Finding('consent-outdated')
  if (grant.state === 'connected') return undefined
  const { code, detail, remedy } = grant.failure ?? oauth2Finding('re-authorization-needed')
  return { code, detail, remedy, cure: 'consent' }
}

const isOutdated = (grant: Grant, account: ConsentedAccount, profile: Profile): boolean => {
  const wanted = consentedFor(account, profile)
  return (
    grant.profileId !== wanted.profileId ||
    grant.grantEpoch !== wanted.grantEpoch ||
    grant.protocol !== wanted.protocol ||
    grant.host !== wanted.host ||
    // Mail addresses that differ only in case belong to the same person.
    grant.username?.toLowerCase() !== wanted.username.toLowerCase()
  )
}
