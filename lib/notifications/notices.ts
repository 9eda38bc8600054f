import { cutTo, printable } from '../text/printable.ts'
import type { SnsTopic } from './sns-topic.ts'

/** Stable, because subscribers may filter by them. */
export const noticeKinds = [
  're-authorization-needed',
  'account-failing',
  'account-recovered',
  'account-overdue',
  'consent-ends',
  'client-secret-ends',
  'quarantine-not-empty',
  'destination-suspended',
  'destination-recovered',
  'agent-silent',
  'agent-back',
  'secret-sweep-stopped',
] as const
export type NoticeKind = (typeof noticeKinds)[number]

/** A notification that needs human action, or says that none is needed any more. */
export interface Notice {
  readonly kind: NoticeKind
  /**
   * What the notice is about, as message attributes by which subscribers can filter, for example `account`. Empty if it
   * is about many things at once.
   */
  readonly about: Readonly<Record<string, string>>
  /** One line. */
  readonly subject: string
  /** Plain text for people, on several lines. */
  readonly text: string
  /** The path of the screen that shows it, below `/admin`. */
  readonly page: string
}

/** SNS requires subjects of fewer than 100 ASCII characters. */
const longestSubject = 99

/**
 * Sends notices over one SNS topic, by e-mail to each subscribed address. A notice may be sent twice but is never
 * dropped.
 */
export class Notices {
  readonly #topic: Pick<SnsTopic, 'publish'>
  readonly #publicUrl: string

  /** @param publicUrl the address at which browsers reach the deployment, without a trailing slash */
  constructor(topic: Pick<SnsTopic, 'publish'>, publicUrl: string) {
    this.#topic = topic
    this.#publicUrl = publicUrl
  }

  async publish({ kind, about, subject, text, page }: Notice): Promise<void> {
    await this.#topic.publish({
      subject: cutTo(printable(subject).replaceAll(/[^\x20-\x7e]/gu, '?'), longestSubject),
      body: `${text}\n\nOn the page: ${this.#publicUrl}/admin${page}`,
      attributes: { ...about, kind },
    })
  }
}
