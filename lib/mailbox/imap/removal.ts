import type { ListedMessage, RemovalReport } from '../mailbox.ts'
import { MailboxError, serverWordsOf } from '../mailbox-error.ts'
import { Refused } from './imap-error.ts'
import type { ImapSession } from './imap-session.ts'
import { uidSets } from './uid-set.ts'

export const nothingRemoved: RemovalReport = { confirmed: [], pending: [], left: [] }

const foreignFlags =
  'The server has no UIDPLUS, and other messages are flagged \\Deleted that must not be expunged: flagged only.'
const stillListed = 'The server did not delete it.'
const unverifiable = 'The server refused to delete it or to say whether it is still there.'

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
    for (const set of uidSets(uids)) {
      const transfer = () => (byMove ? this.session.move(set, folder) : this.session.copy(set, folder))
      if (await transfer()) continue
      // TRYCREATE is what RFC 9051 asks servers to say, and not all do: the folder is created on any refusal.
      const refusal = await this.createFolder(folder)
      if (refusal !== undefined) return await this.lookAgain(uids, refusal)
      if (!(await transfer())) return await this.lookAgain(uids, 'The server refused to move it.')
    }
    return byMove ? { ...nothingRemoved, confirmed: uids.map(String) } : await this.expunge(uids)
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
    let agreed = true
    for (const set of uidSets(uids)) agreed = (await this.session.delete(set)) && agreed
    return agreed ? { ...nothingRemoved, confirmed: uids.map(String) } : await this.lookAgain(uids, stillListed)
  }

  /** A plain EXPUNGE would take these along. A search that is refused counts as yes. */
  private async foreignDeleted(uids: readonly number[]): Promise<boolean> {
    const ours = new Set([...uids, ...this.flagged])
    const deleted = await this.session.search({ deleted: true })
    return deleted === undefined || deleted.some((uid) => !ours.has(uid))
  }

  private async flagOnly(uids: readonly number[]): Promise<RemovalReport> {
    for (const set of uidSets(uids)) await this.session.flagDeleted(set)
    for (const uid of uids) this.flagged.add(uid)
    return allLeft(uids, foreignFlags)
  }

  private async createFolder(folder: string): Promise<string | undefined> {
    try {
      await this.session.create(folder)
      return undefined
    } catch (error) {
      if (error instanceof Refused) return `The folder cannot be created: ${serverWordsOf(error.words)}`
      throw error
    }
  }

  /** After a refusal nothing is known: a server may have done half of it. What it still lists is left. */
  private async lookAgain(uids: readonly number[], words: string): Promise<RemovalReport> {
    const present = new Set<number>()
    for (const set of uidSets(uids)) {
      const found = await this.session.search({ uid: set })
      if (found === undefined) return allLeft(uids, unverifiable)
      for (const uid of found) present.add(uid)
    }
    return {
      confirmed: uids.filter((uid) => !present.has(uid)).map(String),
      pending: [],
      left: uids.filter((uid) => present.has(uid)).map((uid) => ({ uid: `${uid}`, words })),
    }
  }
}

const allLeft = (uids: readonly number[], words: string): RemovalReport => ({
  ...nothingRemoved,
  left: uids.map((uid) => ({ uid: `${uid}`, words })),
})
