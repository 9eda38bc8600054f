import type { AccountStatus } from '../accounts/account-status.ts'
import type { StatusChange } from '../schedule/account-status-store.ts'
import { type FetchContext, mailboxIdentityOf } from './fetch-context.ts'

/** True where the server's UIDLs have changed so often that the account's messages go by their bytes. */
export const goesByContent = (account: FetchContext['account'], status: AccountStatus): boolean =>
  status.uidls === 'unstable' && status.mailboxIdentity === mailboxIdentityOf(account, undefined)

/**
 * Notices whether a POP3 server gives its messages new UIDLs: a server that was migrated does so once, a few do it in
 * every session (decision 0026).
 *
 * Where messages with a row were on the server and no listed UIDL has one, all bytes are compared. That alone proves
 * nothing, because the owner may have emptied the mailbox, and Gmail shows other messages in every session; the first
 * message that is known by its bytes does.
 */
export class UidlWatch {
  readonly #context: FetchContext
  readonly #before: AccountStatus
  /** Listed uids whose message has a row. */
  readonly #known = new Set<string>()
  /** Some listed UIDL was known before anything was read. */
  #held = false
  #anew = false
  #verdict: AccountStatus['uidls']

  constructor(context: FetchContext, before: AccountStatus) {
    this.#context = context
    this.#before = before
    this.#verdict = before.uidls
  }

  /** The message with this uid has a row. */
  known(uid: string): void {
    this.#known.add(uid)
  }

  /** Called once the listing is sorted and nothing is read yet. */
  async listed(): Promise<void> {
    const { services, account, listedUids } = this.#context
    this.#held = this.#known.size > 0
    this.#anew = this.#isPop3 && this.#before.knownOnServer === true && !this.#held && listedUids.size > 0
    if (!this.#anew || this.#context.compareContent) return
    this.#context.compareContent = true
    // Once some of these messages have rows, the next run could not tell any more that all UIDLs are new.
    await services.statuses.change(account.accountId, { compareContent: true })
  }

  /** A message was found to be known by its bytes, and its row under the new UIDL is written. */
  async repeated(): Promise<void> {
    if (!this.#anew) return
    this.#anew = false
    const { services, account, log } = this.#context
    const again = this.#verdict !== undefined
    this.#verdict = again ? 'unstable' : 'changed'
    log.event(again ? 'uidls-unstable' : 'uidls-changed', again ? unstableWords : changedWords)
    await services.statuses.change(account.accountId, { uidls: this.#verdict })
  }

  /**
   * The next session of this run lists other UIDLs. The part after this one finds out whether the messages are known.
   *
   * @param progress false where this part brought the run no further: repeated, that would go on for ever
   */
  async changedInSession(progress: boolean): Promise<void> {
    const { services, account, log } = this.#context
    this.#held = false
    if (this.#verdict === 'changed' && !progress) {
      this.#verdict = 'unstable'
      log.event('uidls-unstable', unstableWords)
    }
    this.#verdict ??= 'changed'
    await services.statuses.change(account.accountId, { compareContent: true, uidls: this.#verdict })
  }

  /** @param finished the session dealt with everything */
  afterSession(finished: boolean, isGone: (uid: string) => boolean): StatusChange {
    if (!this.#isPop3) return {}
    const knownOnServer = [...this.#known].some((uid) => !isGone(uid)) || undefined
    return {
      // A session that did not get as far as its listing knows nothing of the server.
      ...((finished || this.#known.size > 0) && { knownOnServer }),
      uidls: this.#disproved(finished, knownOnServer) ? undefined : this.#verdict,
    }
  }

  #disproved(finished: boolean, knownOnServer: true | undefined): boolean {
    if (this.#verdict !== 'changed') return false
    return this.#held || (finished && (this.#anew || knownOnServer === undefined))
  }

  get #isPop3(): boolean {
    return this.#context.account.folder === undefined
  }
}

const changedWords =
  'The server lists known messages under new UIDLs. Messages are compared by their bytes, so that none is stored or announced again.'
const unstableWords =
  'The server lists known messages under new UIDLs again. From the next session on, Postmaster ignores its UIDLs and compares messages by their bytes.'
