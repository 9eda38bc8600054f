import {
  type ListedMessage,
  type Mailbox,
  type RemovalReport,
  type RetrievedMessage,
  sessionUidPrefix,
} from '../mailbox.ts'

/**
 * A folder without UIDVALIDITY: in the next session, a UID may refer to another message (RFC 9051 section 2.3.1.1).
 * Each message gets a uid that no other session uses, so that stored uids never match the wrong message.
 */
export class SessionUidMailbox implements Mailbox {
  readonly protocol = 'imap'
  readonly uidValidity = undefined
  readonly messageCount: number
  readonly #mailbox: Mailbox
  readonly #prefix = sessionUidPrefix()

  constructor(mailbox: Mailbox) {
    this.#mailbox = mailbox
    this.messageCount = mailbox.messageCount
  }

  get roundTrips(): number {
    return this.#mailbox.roundTrips
  }

  get bytesReceived(): number {
    return this.#mailbox.bytesReceived
  }

  /** Lists everything: uids from earlier sessions have no place in this session's order. */
  async *list(): AsyncGenerator<readonly ListedMessage[], void> {
    for await (const window of this.#mailbox.list())
      yield window.map((message) => ({ ...message, uid: this.#prefix + message.uid, uidIsStable: false }))
  }

  async *retrieve(messages: readonly ListedMessage[]): AsyncGenerator<RetrievedMessage, void> {
    const asked = new Map(messages.map((message) => [this.#serverUid(message.uid), message]))
    for await (const found of this.#mailbox.retrieve(this.#asListedByServer(messages))) {
      const message = asked.get(found.message.uid)
      if (message !== undefined) yield { ...found, message }
    }
  }

  headers(messages: readonly ListedMessage[]): Promise<ReadonlyMap<string, Buffer>> {
    return this.#mailbox.headers(messages)
  }

  async remove(messages: readonly ListedMessage[]): Promise<RemovalReport> {
    return this.#reported(await this.#mailbox.remove(this.#asListedByServer(messages)))
  }

  async move(messages: readonly ListedMessage[], folder: string): Promise<RemovalReport> {
    return this.#reported(await this.#mailbox.move(this.#asListedByServer(messages), folder))
  }

  async commit(): Promise<RemovalReport> {
    return this.#reported(await this.#mailbox.commit())
  }

  async close(): Promise<RemovalReport> {
    return this.#reported(await this.#mailbox.close())
  }

  #serverUid(uid: string): string {
    return uid.slice(this.#prefix.length)
  }

  #asListedByServer(messages: readonly ListedMessage[]): ListedMessage[] {
    return messages.map((message) => ({ ...message, uid: this.#serverUid(message.uid) }))
  }

  #reported({ confirmed, pending, left }: RemovalReport): RemovalReport {
    return {
      confirmed: confirmed.map((uid) => this.#prefix + uid),
      pending: pending.map((uid) => this.#prefix + uid),
      left: left.map((one) => ({ ...one, uid: this.#prefix + one.uid })),
    }
  }
}
