import { cutTo, printable } from '../text/printable.ts'
import type { SnsTopic } from '../topics/sns-topic.ts'
import type { Notice, Notices } from './notice.ts'

/** SNS takes subjects of less than 100 ASCII characters. */
const longestSubject = 99

/** Notices over one SNS topic: an e-mail to whoever subscribed with an address. */
export class SnsNotices implements Notices {
  readonly #topic: SnsTopic

  constructor(topic: SnsTopic) {
    this.#topic = topic
  }

  async publish({ kind, accountId, subject, text }: Notice): Promise<void> {
    await this.#topic.publish({
      subject: cutTo(printable(subject).replaceAll(/[^\x20-\x7e]/gu, '?'), longestSubject),
      body: text,
      attributes: { kind, account: accountId },
    })
  }
}
