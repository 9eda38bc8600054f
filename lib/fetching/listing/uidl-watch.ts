import type { Resume } from '../../accounts/account-status.ts'
import type { ResumeChange } from '../../schedule/account-status-store.ts'
import type { Part } from '../part.ts'

/**
 * Detects whether a POP3 server gives its messages new UIDLs. A migrated server does so once, and a few servers do so
 * in every session (decision 0026).
 *
 * If known messages were on the server and no listed UIDL has a row, all bytes are compared. This alone does not prove
 * new UIDLs, because the owner may have emptied the mailbox, and Gmail lists different messages in every session. The
 * first message with known bytes proves it.
 */
export class UidlWatch {
  readonly #part: Part
  readonly #before: Resume
  /** Listed UIDs whose message has a row. */
  readonly #known = new Set<string>()
  /** True if at least one listed UIDL was known before anything was read. */
  #held = false
  #anew = false
  #verdict: Resume['uidls']

  constructor(part: Part, before: Resume) {
    this.#part = part
    this.#before = before
    this.#verdict = before.uidls
  }

  /** Notes that the message with this UID has a row. */
  known(uid: string): void {
    this.#known.add(uid)
  }

  /** Called once the listing is classified and before anything is read. */
  async listed(): Promise<void> {
    const { services, account, listedUids } = this.#part
    this.#held = this.#known.size > 0
    this.#anew = this.#before.knownOnServer === true && !this.#held && listedUids.size > 0
    if (!this.#anew || this.#part.compareContent) return
    this.#part.compareContent = true
    // Once some of these messages have rows, the next run could no longer detect that all UIDLs are new.
    await services.statuses.change(account.accountId, { resume: { compareContent: true } })
  }

  /** Called when a message's bytes are known and its row under the new UIDL is written. */
  async repeated(): Promise<void> {
    if (!this.#anew) return
    this.#anew = false
    const { services, account, log } = this.#part
    const again = this.#verdict !== undefined
    this.#verdict = again ? 'unstable' : 'changed'
    log.event(again ? 'uidls-unstable' : 'uidls-changed', again ? unstableWords : changedWords)
    await services.statuses.change(account.accountId, { resume: { uidls: this.#verdict } })
  }

  /**
   * Called when a later session of this part lists other UIDLs. The next part checks whether the messages are known.
   *
   * @param progress false if this part made no progress. Without this check, such parts could repeat forever.
   */
  async changedInSession(progress: boolean): Promise<void> {
    const { services, account, log } = this.#part
    this.#held = false
    if (this.#verdict === 'changed' && !progress) {
      this.#verdict = 'unstable'
      log.event('uidls-unstable', unstableWords)
    }
    this.#verdict ??= 'changed'
    await services.statuses.change(account.accountId, { resume: { compareContent: true, uidls: this.#verdict } })
  }

  /** @param finished true if the session processed all messages */
  afterSession(finished: boolean, isGone: (uid: string) => boolean): ResumeChange {
    const knownOnServer = [...this.#known].some((uid) => !isGone(uid)) || undefined
    return {
      // A session that did not complete its listing provides no information about the server.
      ...((finished || this.#known.size > 0) && { knownOnServer }),
      uidls: this.#disproved(finished, knownOnServer) ? undefined : this.#verdict,
    }
  }

  #disproved(finished: boolean, knownOnServer: true | undefined): boolean {
    if (this.#verdict !== 'changed') return false
    return this.#held || (finished && (this.#anew || knownOnServer === undefined))
  }
}

const changedWords =
  'The server lists known messages under new UIDLs. Postmaster compares the messages’ bytes and does not store or announce them again.'
const unstableWords =
  'The server has again listed known messages under new UIDLs. From the next session on, Postmaster ignores the UIDLs and compares the messages’ bytes.'
