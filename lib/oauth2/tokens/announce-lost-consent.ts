import type { Account } from '../../accounts/account.ts'
import { mailboxUserOf } from '../../accounts/mailbox-key.ts'
import type { Notices } from '../../notices/notice.ts'
import { reauthorizationNotice } from '../../notices/reauthorization-notice.ts'
import { oauth2Findings } from '../findings/oauth2-findings.ts'
import { consentKeyOf } from '../grant-key.ts'
import type { OAuth2Finding } from '../oauth2-error.ts'
import type { GrantStore } from './grant-store.ts'

export interface LostConsentServices {
  readonly grants: Pick<GrantStore, 'read' | 'markAnnounced'>
  readonly notices: Notices
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/**
 * Tells admins that an account's consent does not hold any more, once until it holds again; of an account that nobody
 * ever consented for there is nothing to tell. It is noted only after it was told: whoever dies in between, the next
 * run of the account tells it again.
 */
export const announceLostConsent = async (
  { grants, notices, now }: LostConsentServices,
  account: Pick<Account, 'accountId' | 'host' | 'username' | 'mailbox'>,
  { code, words, remedy }: Pick<OAuth2Finding, 'code' | 'words' | 'remedy'>,
): Promise<void> => {
  const { accountId, host } = account
  const grant = await grants.read(consentKeyOf(accountId))
  if (!grant || grant.endedAt !== undefined || grant.announcedAt !== undefined) return
  // Somebody has consented since the run met the loss. That a consent does not fit any more is written in no row.
  if (grant.state === 'connected' && code !== oauth2Findings['consent-outdated'].code) return
  const at = new Date(now()).toISOString()
  const since = grant.failure?.at ?? at
  await notices.publish(
    reauthorizationNotice({ accountId, mailbox: mailboxUserOf(account), host, words, remedy, since }),
  )
  await grants.markAnnounced(grant, at)
}
