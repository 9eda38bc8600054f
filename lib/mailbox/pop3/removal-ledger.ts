import type { RemovalReport } from '../mailbox.ts'

/**
 * DELEs between command and commit. Each uid is reported as confirmed or left exactly once, even if the call that
 * should have reported it threw.
 */
export class RemovalLedger {
  #pending = new Set<string>()
  #confirmed: string[] = []
  #left: Array<RemovalReport['left'][number]> = []

  /** Accepted DELEs that no QUIT has committed yet. */
  get pendingCount(): number {
    return this.#pending.size
  }

  isPending(uid: string): boolean {
    return this.#pending.has(uid)
  }

  accepted(uid: string): void {
    this.#pending.add(uid)
  }

  refused(uid: string, detail: string): void {
    this.#left.push({ uid, detail })
  }

  vanished(uid: string): void {
    this.#left.push({ uid, detail: 'The server no longer lists this message.', vanished: true })
  }

  /** QUIT was answered with +OK (RFC 1939 section 6). @returns what was pending */
  committed(): ReadonlySet<string> {
    this.#confirmed.push(...this.#pending)
    return this.#nothingPending()
  }

  /**
   * Records that the session ended without that response. The messages may or may not be there, and the next listing
   * shows which ones are.
   * @returns what was pending
   */
  notCommitted(detail: string): ReadonlySet<string> {
    for (const uid of this.#pending) this.#left.push({ uid, detail, mayBeGone: true })
    return this.#nothingPending()
  }

  #nothingPending(): ReadonlySet<string> {
    const before = this.#pending
    this.#pending = new Set()
    return before
  }

  /** @returns everything that has become certain since the last report, together with `pending` */
  report(pending: readonly string[] = []): RemovalReport {
    const report = { confirmed: this.#confirmed, pending, left: this.#left }
    this.#confirmed = []
    this.#left = []
    return report
  }
}
