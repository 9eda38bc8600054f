import { printable } from '../text/printable.ts'
import type { Notice } from './notice.ts'

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
export const reauthorizationNotice = ({ accountId, mailbox, host, detail, remedy, since }: LostConsent): Notice => ({
  kind: 're-authorization-needed',
  accountId,
  subject: `Postmaster: ${mailbox} needs a new consent`,
  text: [
    `Mail for ${mailbox} on ${host} is no longer being fetched. Its OAuth2 consent has not been valid since ${since}.`,
    '',
    `Cause: ${detail}`,
    `What to do: ${remedy}`,
    '',
    `Account: ${accountId}. Fetching resumes automatically as soon as someone consents again. Until then, the mail stays on the server.`,
  ]
    .map(printable)
    .join('\n'),
})
