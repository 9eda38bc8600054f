import type { Account } from '../accounts/account.ts'
import type { AccountStatus } from '../accounts/account-status.ts'
import { limits } from './limits.ts'
import type { RunLog } from './run-log.ts'
import { digestOf } from './start-line.ts'

type IgnoredRemovals = NonNullable<AccountStatus['ignoredRemovals']>

/**
 * Messages that stay on the server although the account's after-fetch action was to take them off: reports them, and
 * counts how often the server agreed to remove each of them and still lists it. After a few times they are left alone,
 * because each attempt reads the message again or adds a copy of it to the folder that it is moved to.
 *
 * Servers may give the UIDL of a removed message to another message. Therefore a count holds only while each run lists
 * the message and finds the same bytes.
 */
export class Unremoved {
  readonly #log: RunLog
  readonly #actions: string
  readonly #before: ReadonlyMap<string, number>
  readonly #counts = new Map<string, number>()
  readonly #reported = new Map<string, string>()
  readonly #givenUp = new Set<string>()

  constructor(log: RunLog, { afterFetch, tooLarge }: Account, { ignoredRemovals }: AccountStatus) {
    this.#log = log
    this.#actions = JSON.stringify([afterFetch, tooLarge])
    this.#before = ignoredRemovals?.actions === this.#actions ? countsOf(ignoredRemovals) : new Map()
  }

  /** How many messages this session knows to stay. */
  get size(): number {
    return this.#reported.size + this.#givenUp.size
  }

  /** Why one of them stays; undefined where they are only left alone. */
  get words(): string | undefined {
    return this.#reported.values().next().value
  }

  /** True for a message that is left alone: neither read nor removed. */
  isGivenUp(uid: string): boolean {
    return (this.#before.get(digestOf(uid)) ?? 0) >= limits.ignoredRemovals
  }

  /** The server agreed to remove it, in this session or an earlier one, and still has it. */
  isIgnored(uid: string): boolean {
    return this.#counts.has(digestOf(uid))
  }

  leaveAlone(uid: string): void {
    this.#givenUp.add(uid)
    this.#counts.set(digestOf(uid), limits.ignoredRemovals)
  }

  /** @param agreed the server agreed to remove it, so that it may do the same again */
  report(uid: string, words: string, messageId: string | undefined, agreed: boolean): void {
    if (!this.#reported.has(uid)) this.#log.event('not-removed', words, messageId)
    this.#reported.set(uid, words)
    if (!agreed) return
    const count = (this.#before.get(digestOf(uid)) ?? 0) + 1
    // Of a message that is still read each time, because its listed size has changed, the count would outgrow its digit.
    this.#counts.set(digestOf(uid), Math.min(count, limits.ignoredRemovals))
  }

  /** In one event, because there may be thousands. */
  reportLeftAlone(): void {
    const { size } = this.#givenUp
    if (size === 0) return
    const times = `${limits.ignoredRemovals} times`
    const words =
      size === 1
        ? `One message is left alone: the server agreed ${times} to remove it and still lists it.`
        : `${size} messages are left alone: the server agreed ${times} to remove each of them and still lists them.`
    this.#log.event('not-removed', words, undefined, size)
  }

  /** @param unread messages that this session did not get to, whose counts stay as they were */
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
