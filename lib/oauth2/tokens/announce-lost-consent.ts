import type { Account } from '../../accounts/account.ts'
import { mailboxUserOf } from '../../accounts/mailbox-key.ts'
import type { Notices } from '../../notices/notice.ts'
import { reauthorizationNotice } from '../../notices/reauthorization-notice.ts'
import { consentKeyOf } from './grant.ts'
import type { GrantStore } from './grant-store.ts'

export interface LostConsentServices {
  readonly grants: Pick<GrantStore, 'read' | 'markAnnounced'>
  readonly notices: Notices
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/**
 * Tells admins that an account's consent is over, once for each time it ends. It is noted only after it was told: whoever dies in between,
 * the next run of the account tells it again.
 */
export const announceLostConsent = async (
  { grants, notices, now }: LostConsentServices,
  account: Pick<Account, 'accountId' | 'host' | 'username' | 'mailbox'>,
): Promise<void> => {
  const { accountId, host } = account
  const grant = await grants.read(consentKeyOf(accountId))
  if (!grant?.failure || grant.state !== 're-authorization-needed' || grant.announcedAt !== undefined) return
  await notices.publish(reauthorizationNotice({ accountId, mailbox: mailboxUserOf(account), host, ...grant.failure }))
  await grants.markAnnounced(grant, new Date(now()).toISOString())
}
