import { cutTo, printable } from '../text/printable.ts'
import type { SnsTopic } from './sns-topic.ts'

/** A notification that needs human action. */
export interface Notice {
  /** Stable, because subscribers may filter by it. */
  readonly kind: 're-authorization-needed' | 'destination-suspended' | 'agent-silent'
  /** What the notice is about, as message attributes by which subscribers can filter, for example `account`. */
  readonly about: Readonly<Record<string, string>>
  /** One line. */
  readonly subject: string
  /** Plain text for people, on several lines. */
  readonly text: string
}

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
  about: { account: accountId },
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

/** SNS requires subjects of fewer than 100 ASCII characters. */
const longestSubject = 99

/**
 * Sends notices over one SNS topic, by e-mail to each subscribed address. A notice may be sent twice but is never
 * dropped.
 */
export class Notices {
  readonly #topic: SnsTopic

  constructor(topic: SnsTopic) {
    this.#topic = topic
  }

  async publish({ kind, about, subject, text }: Notice): Promise<void> {
    await this.#topic.publish({
      subject: cutTo(printable(subject).replaceAll(/[^\x20-\x7e]/gu, '?'), longestSubject),
      body: text,
      attributes: { ...about, kind },
    })
  }
}
