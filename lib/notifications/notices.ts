import { cutTo, printable } from '../text/printable.ts'
import type { Notice, Notices } from './notice.ts'
import type { SnsTopic } from './sns-topic.ts'

/** SNS requires subjects of fewer than 100 ASCII characters. */
const longestSubject = 99

/** Sends notices over one SNS topic, by e-mail to each subscribed address. */
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
