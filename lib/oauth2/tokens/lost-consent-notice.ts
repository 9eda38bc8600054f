import { nameInSubject, noticeOf } from '../../notifications/notice-text.ts'
import type { Notice } from '../../notifications/notices.ts'
import { minuteOf } from '../../text/times.ts'

export interface LostConsent {
  readonly accountId: string
  /** The mailbox's user name. */
  readonly mailbox: string
  readonly host: string
  readonly detail: string
  readonly remedy: string
  /** ISO 8601. */
  readonly since: string
}

/** The notice that an account is no longer fetched until a person consents again. */
export const reauthorizationNotice = ({ accountId, mailbox, host, detail, remedy, since }: LostConsent): Notice =>
  noticeOf({
    kind: 're-authorization-needed',
    about: { account: accountId },
    page: `/accounts/${accountId}`,
    subject: `${nameInSubject(mailbox)} needs a new consent`,
    happened: `Mail for ${mailbox} at ${host} is no longer being fetched. Its OAuth2 consent has not been valid since ${minuteOf(since)}.`,
    cause: detail,
    remedy,
    closing: `Account: ${accountId}. Fetching resumes automatically as soon as someone consents again. Until then, the mail stays on the server.`,
  })
