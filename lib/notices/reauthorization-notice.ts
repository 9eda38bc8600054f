import { printable } from '../text/printable.ts'
import type { Notice } from './notice.ts'

export interface LostConsent {
  readonly accountId: string
  /** Whose mailbox it is. */
  readonly mailbox: string
  readonly host: string
  readonly words: string
  readonly remedy: string
  /** ISO 8601. */
  readonly since: string
}

/** An account is not fetched any more until somebody consents again. */
export const reauthorizationNotice = ({ accountId, mailbox, host, words, remedy, since }: LostConsent): Notice => ({
  kind: 're-authorization-needed',
  accountId,
  subject: `Postmaster: ${mailbox} needs a new consent`,
  text: [
    `Mail of ${mailbox} on ${host} is not fetched any more: its OAuth2 consent does not hold since ${since}.`,
    '',
    `Why: ${words}`,
    `What to do: ${remedy}`,
    '',
    `The account is ${accountId}. It is fetched again by itself once somebody has consented; until then its mail waits on the server.`,
  ]
    .map(printable)
    .join('\n'),
})
