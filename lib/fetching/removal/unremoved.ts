import type { Account } from '../../accounts/account.ts'
import type { Resume } from '../../accounts/account-status.ts'
import { limits } from '../limits.ts'
import { digestOf } from '../part.ts'
import type { RunLog } from '../report/run-log.ts'

type IgnoredRemovals = NonNullable<Resume['ignoredRemovals']>

/**
 * Reports messages that stay on the server although the account's after-fetch action should have removed them. It
 * counts how often the server agreed to remove each message and still lists it. After a few times, Postmaster leaves
 * the message alone, because each attempt reads it again or adds another copy of it to the target folder.
 *
 * Servers may give a removed message's UIDL to another message. Therefore, a count is kept only while every run lists
 * the message and finds the same bytes.
 */
export class Unremoved {
  readonly #log: RunLog
  readonly #actions: string
  readonly #before: ReadonlyMap<string, number>
  readonly #counts = new Map<string, number>()
  readonly #reported = new Map<string, string>()
  readonly #givenUp = new Set<string>()

  constructor(log: RunLog, { afterFetch, tooLarge }: Account, { ignoredRemovals }: Resume) {
    this.#log = log
    this.#actions = JSON.stringify([afterFetch, tooLarge])
    this.#before = ignoredRemovals?.actions === this.#actions ? countsOf(ignoredRemovals) : new Map()
  }

  /** The number of messages that stay on the server, as far as this session has found. */
  get size(): number {
    return this.#reported.size + this.#givenUp.size
  }

  /** The reason why one of them stays, or undefined if all of them are only left alone. */
  get detail(): string | undefined {
    return this.#reported.values().next().value
  }

  /** Whether the message is left alone, that is, neither read nor removed. */
  isGivenUp(uid: string): boolean {
    return (this.#before.get(digestOf(uid)) ?? 0) >= limits.ignoredRemovals
  }

  /** True if the server agreed to remove the message in this or an earlier session and still lists it. */
  isIgnored(uid: string): boolean {
    return this.#counts.has(digestOf(uid))
  }

  leaveAlone(uid: string): void {
    this.#givenUp.add(uid)
    this.#counts.set(digestOf(uid), limits.ignoredRemovals)
  }

  /** @param agreed true if the server agreed to remove the message, so that it may ignore the next removal as well */
  report(uid: string, detail: string, messageId: string | undefined, agreed: boolean): void {
    if (!this.#reported.has(uid)) this.#log.event('not-removed', detail, messageId)
    this.#reported.set(uid, detail)
    if (!agreed) return
    const count = (this.#before.get(digestOf(uid)) ?? 0) + 1
    // Each count is stored as one digit. A message whose listed size has changed is still read each time and would
    // exceed it.
    this.#counts.set(digestOf(uid), Math.min(count, limits.ignoredRemovals))
  }

  /** Reports all messages in one event, because there may be thousands. */
  reportLeftAlone(): void {
    const { size } = this.#givenUp
    if (size === 0) return
    const times = `${limits.ignoredRemovals} times`
    const detail =
      size === 1
        ? `Postmaster leaves one message alone because the server agreed ${times} to remove it and still lists it.`
        : `Postmaster leaves ${size} messages alone because the server agreed ${times} to remove each of them and still lists them.`
    this.#log.event('not-removed', detail, undefined, size)
  }

  /** @param unread the UIDs of messages that this session did not reach. Their counts stay unchanged. */
  after(unread: Iterable<string>): IgnoredRemovals | undefined {
    for (const uid of unread) {
      const digest = digestOf(uid)
      const count = this.#before.get(digest)
      if (count !== undefined && !this.#counts.has(digest)) this.#counts.set(digest, count)
    }
    const kept = [...this.#counts].slice(0, limits.ignoredRemovalsKept)
    return kept.length === 0
      ? undefined
      : { actions: this.#actions, counts: kept.map(([digest, count]) => `${digest}${count}`).join('') }
  }
}

const countsOf = ({ counts }: IgnoredRemovals): Map<string, number> =>
  new Map([...counts.matchAll(/(.{8})(\d)/g)].map(([, digest = '', count]) => [digest, Number(count)]))
