import type { ListedMessage, RemovalReport } from '../mailbox.ts'
import { MailboxError, serverWordsOf } from '../mailbox-error.ts'
import { Refused } from './imap-error.ts'
import type { ImapSession } from './imap-session.ts'
import { uidSets } from './listing.ts'

export const nothingRemoved: RemovalReport = { confirmed: [], pending: [], left: [] }

const foreignFlags =
  'The server does not support UIDPLUS, and other messages flagged \\Deleted must not be expunged. The message was only flagged.'
const unverifiable = 'The server did not report whether the message is still there.'

/** The reason why a message may still be in the folder, and whether the server accepted the command. */
interface Doubt {
  readonly detail: string
  readonly agreed: boolean
}

const refusedTo = (what: string, serverWords: string): Doubt => ({
  detail: `The server refused to ${what} the message${serverWords === '' ? '.' : `: ${serverWords}`}`,
  agreed: false,
})

const ignored = (what: string): Doubt => ({
  detail: `The server accepted the request to ${what} the message, but the message is still there.`,
  agreed: true,
})

/** Permanently removes the given messages from an open folder, and no others. */
export class Removal {
  readonly #session: ImapSession
  /** Messages that this session flagged `\Deleted` and left in the folder, as opposed to other clients' messages. */
  readonly #flagged = new Set<number>()

  constructor(session: ImapSession) {
    this.#session = session
  }

  async remove(messages: readonly ListedMessage[]): Promise<RemovalReport> {
    if (messages.length === 0) return nothingRemoved
    this.#assertDeletable()
    return await this.#expunge(messages.map(({ uid }) => Number(uid)))
  }

  /**
   * Uses UID MOVE (RFC 6851), otherwise COPY followed by the same steps as `remove`. A crash between the two leaves a
   * second copy and never loses the message.
   */
  async move(messages: readonly ListedMessage[], folder: string): Promise<RemovalReport> {
    if (messages.length === 0) return nothingRemoved
    this.#assertDeletable()
    const uids = messages.map(({ uid }) => Number(uid))
    await this.#session.learnNamespace()
    if (this.#session.isOpen(folder)) return allLeft(uids, 'The message is already in the target folder.')
    const byMove = this.#session.has('MOVE')
    const { expunged } = this.#session
    for (const set of uidSets(uids)) {
      const transfer = () => (byMove ? this.#session.move(set, folder) : this.#session.copy(set, folder))
      if ((await transfer()) === undefined) continue
      // RFC 9051 requires TRYCREATE in this case, but not all servers send it, so the folder is created after any
      // refusal.
      const missing = await this.#createFolder(folder)
      if (missing !== undefined) return await this.#lookAgain(uids, missing)
      const refusal = await transfer()
      if (refusal !== undefined) return await this.#lookAgain(uids, refusedTo('move', refusal))
    }
    if (byMove) return await this.#confirmed(uids, expunged, 'move')
    const report = await this.#expunge(uids)
    // The copy exists. Another attempt would create a second one.
    return { ...report, left: report.left.map((left) => ({ ...left, agreed: true })) }
  }

  /** Throws if messages cannot be deleted. A folder may be read-only only if all its messages are kept. */
  #assertDeletable(): void {
    const { readOnly, permanentFlags } = this.#session.folder
    // RFC 9051 section 7.1: without PERMANENTFLAGS, every flag can be changed. In imapflow, `\*` means all flags.
    const allowed = permanentFlags === undefined || permanentFlags.has('\\*') || permanentFlags.has('\\Deleted')
    if (readOnly || !allowed) throw new MailboxError('folder-read-only')
  }

  async #expunge(uids: readonly number[]): Promise<RemovalReport> {
    if (!this.#session.has('UIDPLUS') && (await this.#foreignDeleted(uids))) return await this.#flagOnly(uids)
    const { expunged } = this.#session
    let refusal: string | undefined
    for (const set of uidSets(uids)) refusal = (await this.#session.delete(set)) ?? refusal
    return refusal === undefined
      ? await this.#confirmed(uids, expunged, 'delete')
      : await this.#lookAgain(uids, refusedTo('delete', refusal))
  }

  /**
   * The tagged OK does not prove that any message left the folder, but each message that leaves causes an EXPUNGE
   * response (RFC 9051 section 7.5.1). If there were fewer responses, a search finds the messages that are still there.
   * @param before the number of EXPUNGE responses before the commands
   */
  async #confirmed(uids: readonly number[], before: number, what: string): Promise<RemovalReport> {
    return this.#session.expunged - before >= uids.length
      ? { ...nothingRemoved, confirmed: uids.map(String) }
      : await this.#lookAgain(uids, ignored(what))
  }

  /** @returns true if a plain EXPUNGE would remove other messages, or if the server refuses the search */
  async #foreignDeleted(uids: readonly number[]): Promise<boolean> {
    const ours = new Set([...uids, ...this.#flagged])
    const deleted = await this.#session.search({ deleted: true })
    return deleted === undefined || deleted.some((uid) => !ours.has(uid))
  }

  async #flagOnly(uids: readonly number[]): Promise<RemovalReport> {
    for (const set of uidSets(uids)) {
      const refusal = await this.#session.flagDeleted(set)
      if (refusal !== undefined) return await this.#lookAgain(uids, refusedTo('delete', refusal))
    }
    for (const uid of uids) this.#flagged.add(uid)
    return allLeft(uids, foreignFlags)
  }

  async #createFolder(folder: string): Promise<Doubt | undefined> {
    try {
      await this.#session.create(folder)
      return undefined
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      return { detail: `The folder cannot be created: ${serverWordsOf(error.text)}`, agreed: false }
    }
  }

  /**
   * Searches for the messages again, because the server may have completed part of the work. Listed messages are left.
   */
  async #lookAgain(uids: readonly number[], { detail, agreed }: Doubt): Promise<RemovalReport> {
    const present = new Set<number>()
    for (const set of uidSets(uids)) {
      const found = await this.#session.search({ uid: set })
      if (found === undefined) return allLeft(uids, `${detail} ${unverifiable}`, agreed)
      for (const uid of found) present.add(uid)
    }
    const stays = uids.filter((uid) => present.has(uid))
    return { ...allLeft(stays, detail, agreed), confirmed: uids.filter((uid) => !present.has(uid)).map(String) }
  }
}

const allLeft = (uids: readonly number[], detail: string, agreed = false): RemovalReport => ({
  ...nothingRemoved,
  left: uids.map((uid) => ({ uid: `${uid}`, detail, ...(agreed && { agreed: true }) })),
})
