import type { MailFolder } from '../mailboxes.ts'
import { numberSet, SyntaxRefused, selectNumbers } from './command-parser.ts'
import { fetchCommand, namedUids } from './fetch-command.ts'
import { namedFolder } from './folder-commands.ts'
import { CommandRefused, type Commands, type Handler, type ImapSession } from './imap-session.ts'
import { searchCommand } from './search-command.ts'
import { needSelected, needWritable } from './selection.ts'

const permitted = (folder: MailFolder, flag: string): boolean =>
  folder.permanentFlags.includes(flag) || (!flag.startsWith('\\') && folder.permanentFlags.includes('\\*'))

const store =
  (byUid: boolean): Handler =>
  async (session, args) => {
    const selected = needWritable(session)
    const uids = namedUids(selected, args.string(), byUid)
    const [, sign, silent] = /^([+-]?)FLAGS(\.SILENT)?$/i.exec(args.string()) ?? []
    if (sign === undefined) throw new SyntaxRefused('FLAGS was expected')
    const flags = args.rest().flat().map(String)
    if (!flags.every((flag) => permitted(selected.folder, flag)))
      throw new CommandRefused('[NOPERM] flag not permitted')
    let rows = ''
    for (const uid of uids) {
      const message = selected.folder.message(uid)
      if (!message) continue
      const replaced = sign === '' ? [...message.flags] : []
      selected.folder.changeFlags(uid, sign === '-' ? [] : flags, sign === '-' ? flags : [], selected)
      for (const old of replaced) if (!flags.includes(old)) selected.folder.changeFlags(uid, [], [old], selected)
      if (silent) continue
      rows += `* ${selected.uids.indexOf(uid) + 1} FETCH (UID ${uid} FLAGS (${[...message.flags].join(' ')}))\r\n`
    }
    if (rows) await session.send(rows)
    return 'OK stored'
  }

const expungeDeleted = (folder: MailFolder, candidates: readonly number[]): void => {
  for (const uid of candidates) if (folder.message(uid)?.flags.has('\\Deleted')) folder.remove(uid)
}

/** Expunges the `\Deleted` messages of all clients. A collector must search for them before it sends EXPUNGE. */
const expunge: Handler = async (session) => {
  const { folder, uids } = needWritable(session)
  expungeDeleted(folder, uids)
  return 'OK expunged'
}

const uidExpunge: Handler = async (session, args) => {
  if (!session.has('UIDPLUS')) return 'BAD unknown command'
  const { folder, uids } = needWritable(session)
  expungeDeleted(folder, selectNumbers(args.string(), uids))
  return 'OK expunged'
}

/** Copies messages. @returns the COPYUID response code (RFC 4315 section 3) */
const copyTo = (session: ImapSession, uids: readonly number[], from: MailFolder, to: MailFolder): string => {
  const pairs = uids.flatMap((uid) => {
    const message = from.message(uid)
    if (!message) return []
    const { flags, internalDate, body } = message
    return [{ uid, copy: to.append(body, { flags: [...flags], internalDate }).uid }]
  })
  if (!session.has('UIDPLUS') || pairs.length === 0) return ''
  return `[COPYUID ${to.uidValidity} ${numberSet(pairs.map((pair) => pair.uid))} ${numberSet(pairs.map((pair) => pair.copy))}] `
}

const copy =
  (byUid: boolean): Handler =>
  async (session, args) => {
    const selected = needSelected(session)
    const uids = namedUids(selected, args.string(), byUid)
    const target = namedFolder(session, args, 'TRYCREATE')
    return `OK ${copyTo(session, uids, selected.folder, target)}copied`
  }

const move =
  (byUid: boolean): Handler =>
  async (session, args) => {
    if (!session.has('MOVE')) return 'BAD unknown command'
    const selected = needWritable(session)
    const uids = namedUids(selected, args.string(), byUid)
    const target = namedFolder(session, args, 'TRYCREATE')
    // RFC 6851 section 4.3: COPYUID is sent in an untagged OK before the EXPUNGE responses.
    const code = copyTo(session, uids, selected.folder, target)
    if (code) await session.sendLine(`* OK ${code}copied`)
    for (const uid of uids) selected.folder.remove(uid)
    return 'OK moved'
  }

export const messageCommands: Commands = {
  FETCH: fetchCommand(false),
  'UID FETCH': fetchCommand(true),
  STORE: store(false),
  'UID STORE': store(true),
  SEARCH: searchCommand(false),
  'UID SEARCH': searchCommand(true),
  EXPUNGE: expunge,
  'UID EXPUNGE': uidExpunge,
  COPY: copy(false),
  'UID COPY': copy(true),
  MOVE: move(false),
  'UID MOVE': move(true),
}
