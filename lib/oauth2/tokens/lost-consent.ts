import type { Account } from '../../accounts/account.ts'
import { mailboxUserOf } from '../../accounts/account-mailbox.ts'
import type { Notices } from '../../notifications/notices.ts'
import type { Reason } from '../../reasons/reason.ts'
import type { Clock } from '../../text/clock.ts'
import { type ConsentedAccount, consentedFor, sameConsent } from '../consented-for.ts'
import { oauth2Finding } from '../findings/oauth2-findings.ts'
import type { OAuth2Finding } from '../oauth2-error.ts'
import type { Profile } from '../profiles/profile.ts'
import { consentKeyOf, type Grant } from './grant.ts'
import type { GrantStore } from './grant-store.ts'
import { reauthorizationNotice } from './lost-consent-notice.ts'

/**
 * @returns the reason why a consent is no longer valid, or undefined if it is valid. An outdated consent is not
 *   recorded: it becomes valid again once account and profile match it again.
 */
export const lossOf = (grant: Grant, account: ConsentedAccount, profile: Profile): OAuth2Finding | undefined => {
  if (grant.endedAt !== undefined) return oauth2Finding('consent-missing')
  if (!sameConsent(grant, consentedFor(account, profile))) return oauth2Finding('consent-outdated')
  if (grant.state === 'connected') return undefined
  const { code, detail, remedy } = grant.failure ?? oauth2Finding('re-authorization-needed')
  return { code, detail, remedy, cure: 'consent' }
}

export interface LostConsentServices {
  readonly grants: Pick<GrantStore, 'read' | 'markAnnounced'>
  readonly notices: Pick<Notices, 'publish'>
  readonly now: Clock
}

/**
 * Notifies admins once that an account's consent is no longer valid, until it is valid again. Accounts without a
 * consent are not announced. The announcement is recorded after it was sent, so if the function dies in between, the
 * account's next run sends it again.
 */
export const announceLostConsent = async (
  { grants, notices, now }: LostConsentServices,
  account: Pick<Account, 'accountId' | 'host' | 'username' | 'mailbox'>,
  { code, detail, remedy }: Reason,
): Promise<void> => {
  const { accountId, host } = account
  const grant = await grants.read(consentKeyOf(accountId))
  if (!grant || grant.endedAt !== undefined || grant.announcedAt !== undefined) return
  // A person has consented since the run found the loss. An outdated consent stays `connected`, so it is an exception.
  if (grant.state === 'connected' && code !== oauth2Finding('consent-outdated').code) return
  const at = now().toISOString()
  const since = grant.failure?.at ?? at
  await notices.publish(
    reauthorizationNotice({ accountId, mailbox: mailboxUserOf(account), host, detail, remedy, since }),
  )
  await grants.markAnnounced(grant, at)
}
