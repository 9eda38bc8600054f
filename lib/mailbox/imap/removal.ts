import type { ListedMessage, RemovalReport } from '../mailbox.ts'
import { MailboxError, serverWordsOf } from '../mailbox-error.ts'
import { Refused } from './imap-error.ts'
import type { ImapSession } from './imap-session.ts'
import { uidSets } from './uid-set.ts'

export const nothingRemoved: RemovalReport = { confirmed: [], pending: [], left: [] }

const foreignFlags =
  'The server has no UIDPLUS, and other messages are flagged \\Deleted that must not be expunged: flagged only.'
const unverifiable = 'The server does not say whether it is still there.'

/** Why a message may still be in the folder, and whether the server agreed to what it was asked for. */
interface Doubt {
  readonly words: string
  readonly agreed: boolean
}

const refusedTo = (what: string, serverWords: string): Doubt => ({
  words: `The server refused to ${what} it${serverWords === '' ? '.' : `: ${serverWords}`}`,
  agreed: false,
})

const ignored = (what: string): Doubt => ({
  words: `The server agreed to ${what} it, but it is still there.`,
  agreed: true,
})

/** Takes messages out of an open folder for good, and nothing that was not named. */
export class Removal {
  private readonly session: ImapSession
  /** Flagged `\Deleted` by this session and left: not somebody else's. */
  private readonly flagged = new Set<number>()

  constructor(session: ImapSession) {
    this.session = session
  }

  async remove(messages: readonly ListedMessage[]): Promise<RemovalReport> {
    if (messages.length === 0) return nothingRemoved
    this.assertDeletable()
    return await this.expunge(messages.map(({ uid }) => Number(uid)))
  }

  /** UID MOVE (RFC 6851), else COPY and then the same as `remove`; a crash between the two leaves a second copy, never none. */
  async move(messages: readonly ListedMessage[], folder: string): Promise<RemovalReport> {
    if (messages.length === 0) return nothingRemoved
    this.assertDeletable()
    const uids = messages.map(({ uid }) => Number(uid))
    if (this.session.isOpen(folder)) return allLeft(uids, 'It is in the folder to move it to.')
    const byMove = this.session.has('MOVE')
    const { expunged } = this.session
    for (const set of uidSets(uids)) {
      const transfer = () => (byMove ? this.session.move(set, folder) : this.session.copy(set, folder))
      if ((await transfer()) === undefined) continue
      // TRYCREATE is what RFC 9051 asks servers to say, and not all do: the folder is created on any refusal.
      const missing = await this.createFolder(folder)
      if (missing !== undefined) return await this.lookAgain(uids, missing)
      const refusal = await transfer()
      if (refusal !== undefined) return await this.lookAgain(uids, refusedTo('move', refusal))
    }
    if (byMove) return await this.confirmed(uids, expunged, 'move')
    const report = await this.expunge(uids)
    // The copy was made: at the next attempt there would be two.
    return { ...report, left: report.left.map((left) => ({ ...left, agreed: true })) }
  }

  /** A folder that is opened to keep everything may be read-only; one that is to be emptied may not. */
  private assertDeletable(): void {
    const { readOnly, permanentFlags } = this.session.folder
    // RFC 9051 section 7.1: without PERMANENTFLAGS every flag can be changed. imapflow lets `\*` stand for all.
    const allowed = permanentFlags === undefined || permanentFlags.has('\\*') || permanentFlags.has('\\Deleted')
    if (readOnly || !allowed) throw new MailboxError('folder-read-only')
  }

  private async expunge(uids: readonly number[]): Promise<RemovalReport> {
    if (!this.session.has('UIDPLUS') && (await this.foreignDeleted(uids))) return await this.flagOnly(uids)
    const { expunged } = this.session
    let refusal: string | undefined
    for (const set of uidSets(uids)) refusal = (await this.session.delete(set)) ?? refusal
    return refusal === undefined
      ? await this.confirmed(uids, expunged, 'delete')
      : await this.lookAgain(uids, refusedTo('delete', refusal))
  }

  /**
   * The tagged OK does not prove that anything left the folder, but each message that leaves has an EXPUNGE response
   * (RFC 9051 section 7.5.1). Where these are fewer, a search says what is still there.
   * @param before how many there had been before the commands
   */
  private async confirmed(uids: readonly number[], before: number, what: string): Promise<RemovalReport> {
    return this.session.expunged - before >= uids.length
      ? { ...nothingRemoved, confirmed: uids.map(String) }
      : await this.lookAgain(uids, ignored(what))
  }

  /** A plain EXPUNGE would take these along. A search that is refused counts as yes. */
  private async foreignDeleted(uids: readonly number[]): Promise<boolean> {
    const ours = new Set([...uids, ...this.flagged])
    const deleted = await this.session.search({ deleted: true })
    return deleted === undefined || deleted.some((uid) => !ours.has(uid))
  }

  private async flagOnly(uids: readonly number[]): Promise<RemovalReport> {
    for (const set of uidSets(uids)) {
      const refusal = await this.session.flagDeleted(set)
      if (refusal !== undefined) return await this.lookAgain(uids, refusedTo('delete', refusal))
    }
    for (const uid of uids) this.flagged.add(uid)
    return allLeft(uids, foreignFlags)
  }

  private async createFolder(folder: string): Promise<Doubt | undefined> {
    try {
      await this.session.create(folder)
      return undefined
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      return { words: `The folder cannot be created: ${serverWordsOf(error.words)}`, agreed: false }
    }
  }

  /** Nothing is known: a server may have done half of it. What it still lists is left. */
  private async lookAgain(uids: readonly number[], { words, agreed }: Doubt): Promise<RemovalReport> {
    const present = new Set<number>()
    for (const set of uidSets(uids)) {
      const found = await this.session.search({ uid: set })
      if (found === undefined) return allLeft(uids, `${words} ${unverifiable}`, agreed)
      for (const uid of found) present.add(uid)
    }
    const stays = uids.filter((uid) => present.has(uid))
    return { ...allLeft(stays, words, agreed), confirmed: uids.filter((uid) => !present.has(uid)).map(String) }
  }
}

const allLeft = (uids: readonly number[], words: string, agreed = false): RemovalReport => ({
  ...nothingRemoved,
  left: uids.map((uid) => ({ uid: `${uid}`, words, ...(agreed && { agreed: true }) })),
})
