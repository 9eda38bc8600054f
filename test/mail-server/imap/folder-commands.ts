import type { MailFolder } from '../mailboxes.ts'
import { decodeFolderName, encodeFolderName } from '../modified-utf7.ts'
import { type CommandParser, quote, SyntaxRefused } from './command-parser.ts'
import { CommandRefused, type Commands, type Handler, type ImapSession } from './imap-session.ts'

const userOf = (session: ImapSession) => {
  if (!session.mailUser) throw new CommandRefused('log in first')
  return session.mailUser
}

export const namedFolder = (session: ImapSession, args: CommandParser, code = 'NONEXISTENT'): MailFolder => {
  const folder = userOf(session).findFolder(decodeFolderName(args.string()))
  if (!folder) throw new CommandRefused(`[${code}] no such folder`)
  return folder
}

// RFC 3501 section 6.3.8: `*` crosses the hierarchy delimiter, `%` does not.
const pattern = (wildcards: string, delimiter: string): RegExp => {
  const escaped = wildcards.replace(/[.+?^${}()|[\]\\]/g, '\\$&')
  const level = `[^${delimiter.replace(/[\]\\^]/g, '\\$&')}]*`
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('%', level)}$`, 'iu')
}

const list =
  (answer: 'LIST' | 'LSUB'): Handler =>
  async (session, args) => {
    const reference = args.string()
    const wildcards = args.string()
    const { delimiter } = session.quirks
    if (wildcards === '') {
      await session.sendLine(`* ${answer} (\\Noselect) "${delimiter}" ""`)
      return 'OK done'
    }
    const matches = pattern(decodeFolderName(reference + wildcards), delimiter)
    for (const { name, subscribed } of userOf(session).folders.values()) {
      if (!matches.test(name) || (answer === 'LSUB' && !subscribed)) continue
      await session.sendLine(`* ${answer} () "${delimiter}" ${quote(encodeFolderName(name))}`)
    }
    return 'OK done'
  }

const namespace: Handler = async (session) => {
  if (!session.has('NAMESPACE')) return 'BAD unknown command'
  const { namespacePrefix, delimiter } = session.quirks
  await session.sendLine(`* NAMESPACE ((${quote(namespacePrefix)} "${delimiter}")) NIL NIL`)
  return 'OK done'
}

const open =
  (readOnly: boolean): Handler =>
  async (session, args) => {
    const folder = namedFolder(session, args)
    const selected = session.select(folder, readOnly)
    const flags = '\\Answered \\Flagged \\Deleted \\Seen \\Draft'
    const unseen = folder.messages.findIndex((message) => !message.flags.has('\\Seen')) + 1
    await session.send(
      [
        `* FLAGS (${flags})`,
        `* OK [PERMANENTFLAGS (${selected.readOnly ? '' : folder.permanentFlags.join(' ')})] limited`,
        `* ${selected.uids.length} EXISTS`,
        '* 0 RECENT',
        ...(unseen > 0 ? [`* OK [UNSEEN ${unseen}] first`] : []),
        ...Object.entries({ UIDVALIDITY: folder.uidValidity, UIDNEXT: folder.uidNext, ...session.quirks.selectCodes })
          .filter(([, value]) => value !== '')
          .map(([code, value]) => `* OK [${code} ${value}] reported`),
        '',
      ].join('\r\n'),
    )
    return `OK [READ-${selected.readOnly ? 'ONLY' : 'WRITE'}] selected`
  }

const status: Handler = async (session, args) => {
  const folder = namedFolder(session, args)
  const asked = args.next()
  if (!Array.isArray(asked)) throw new SyntaxRefused('a list was expected')
  const unseen = folder.messages.filter((message) => !message.flags.has('\\Seen')).length
  const size = folder.messages.reduce((sum, message) => sum + message.body.length, 0)
  const known: Record<string, number> = {
    MESSAGES: folder.uids.length,
    RECENT: 0,
    UIDVALIDITY: folder.uidValidity,
    UNSEEN: unseen,
    SIZE: size,
    UIDNEXT: folder.uidNext,
  }
  const answers = asked.flatMap((item) => {
    const name = String(item).toUpperCase()
    return name in known ? [`${name} ${known[name]}`] : []
  })
  await session.sendLine(`* STATUS ${quote(encodeFolderName(folder.name))} (${answers.join(' ')})`)
  return 'OK done'
}

const create: Handler = async (session, args) => {
  const name = decodeFolderName(args.string())
  const user = userOf(session)
  if (user.findFolder(name)) throw new CommandRefused('[ALREADYEXISTS] exists already')
  user.createFolder(name)
  return 'OK created'
}

const remove: Handler = async (session, args) => {
  const folder = namedFolder(session, args)
  if (folder.name === 'INBOX') throw new CommandRefused('[CANNOT] INBOX stays')
  userOf(session).folders.delete(folder.name)
  return 'OK deleted'
}

const subscribe =
  (subscribed: boolean): Handler =>
  async (session, args) => {
    namedFolder(session, args).subscribed = subscribed
    return 'OK done'
  }

const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

const parseInternalDate = (text: string): Date => {
  const [, day, month = '', year, time, zone] = /^ ?(\d+)-(\w{3})-(\d{4}) ([\d:]{8}) ([+-]\d{4})$/.exec(text) ?? []
  const index = monthNames.indexOf(month.toLowerCase()) + 1
  if (!day || index === 0) throw new SyntaxRefused('bad date')
  const iso = `${year}-${String(index).padStart(2, '0')}-${day.padStart(2, '0')}T${time}`
  return new Date(`${iso}${zone?.slice(0, 3)}:${zone?.slice(3)}`)
}

const append: Handler = async (session, args) => {
  const folder = namedFolder(session, args, 'TRYCREATE')
  const tokens = args.rest()
  const body = tokens.pop()
  if (typeof body !== 'string') throw new SyntaxRefused('a message was expected')
  const flags = tokens.find((token) => Array.isArray(token)) ?? []
  const date = tokens.find((token) => typeof token === 'string')
  const message = folder.append(Buffer.from(body, 'latin1'), {
    flags: Array.isArray(flags) ? flags.map(String) : [],
    ...(typeof date === 'string' ? { internalDate: parseInternalDate(date) } : {}),
  })
  return session.has('UIDPLUS') ? `OK [APPENDUID ${folder.uidValidity} ${message.uid}] appended` : 'OK appended'
}

const close: Handler = async (session) => {
  const { selected } = session
  if (selected && !selected.readOnly) {
    for (const { uid, flags } of selected.folder.messages) if (flags.has('\\Deleted')) selected.folder.remove(uid)
  }
  session.unselect()
  return 'OK closed'
}

const unselect: Handler = async (session) => {
  if (!session.has('UNSELECT')) return 'BAD unknown command'
  session.unselect()
  return 'OK unselected'
}

const check: Handler = async () => 'OK done'

export const folderCommands: Commands = {
  LIST: list('LIST'),
  LSUB: list('LSUB'),
  NAMESPACE: namespace,
  SELECT: open(false),
  EXAMINE: open(true),
  STATUS: status,
  CREATE: create,
  DELETE: remove,
  SUBSCRIBE: subscribe(true),
  UNSUBSCRIBE: subscribe(false),
  APPEND: append,
  CLOSE: close,
  UNSELECT: unselect,
  CHECK: check,
}
