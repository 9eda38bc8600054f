import type { Command, MessageLie } from '../faults.ts'
import type { StoredMessage } from '../mailboxes.ts'
import { type CommandParser, SyntaxRefused, selectNumbers, type Token } from './command-parser.ts'
import type { Handler, ImapSession, SelectedFolder } from './imap-session.ts'
import { needSelected } from './selection.ts'

/** Small rows are sent together. Larger bodies are sent without being copied. */
const batchBytes = 64 * 1024

/** Collects the FETCH response and sends it in large writes. */
class Outgoing {
  private readonly session: ImapSession
  private parts: Buffer[] = []
  private size = 0

  constructor(session: ImapSession) {
    this.session = session
  }

  async add(part: Buffer | string): Promise<void> {
    const bytes = typeof part === 'string' ? Buffer.from(part, 'latin1') : part
    if (bytes.length >= batchBytes) {
      await this.flush()
      return await this.session.send(bytes)
    }
    this.parts.push(bytes)
    this.size += bytes.length
    if (this.size >= batchBytes) await this.flush()
  }

  async flush(): Promise<void> {
    if (this.size > 0) await this.session.send(Buffer.concat(this.parts))
    this.parts = []
    this.size = 0
  }
}

const macros: Readonly<Record<string, readonly string[]>> = {
  FAST: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE'],
  ALL: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE'],
}

/** The meaning of `BODY[...]<a.b>` and its RFC822 synonyms. */
interface BodyItem {
  /** The name in the response. */
  readonly name: string
  readonly section: string
  readonly peek: boolean
  readonly partial: { readonly from: number; readonly length: number } | undefined
}

type Item = 'UID' | 'FLAGS' | 'RFC822.SIZE' | 'INTERNALDATE' | BodyItem

const synonyms: Readonly<Record<string, BodyItem>> = {
  RFC822: { name: 'RFC822', section: '', peek: false, partial: undefined },
  'RFC822.HEADER': { name: 'RFC822.HEADER', section: 'HEADER', peek: true, partial: undefined },
  'RFC822.TEXT': { name: 'RFC822.TEXT', section: 'TEXT', peek: false, partial: undefined },
}

function parseItem(token: Token): Item {
  const text = String(token)
  const name = text.toUpperCase()
  if (name === 'UID' || name === 'FLAGS' || name === 'RFC822.SIZE' || name === 'INTERNALDATE') return name
  const synonym = synonyms[name]
  if (synonym) return synonym
  const body = /^BODY(\.PEEK)?\[([^\]]*)\](?:<(\d+)\.(\d+)>)?$/i.exec(text)
  if (!body) throw new SyntaxRefused(`this server does not support ${text}`)
  const partial = body[3] === undefined ? undefined : { from: Number(body[3]), length: Number(body[4]) }
  const section = (body[2] ?? '').toUpperCase()
  return { name: `BODY[${section}]${partial ? `<${partial.from}>` : ''}`, section, peek: Boolean(body[1]), partial }
}

function parseItems(args: CommandParser, byUid: boolean): Item[] {
  const asked = args.next()
  const names = Array.isArray(asked) ? asked : (macros[asked.toUpperCase()] ?? [asked])
  const items = names.map(parseItem)
  return byUid && !items.includes('UID') ? ['UID', ...items] : items
}

const headerLength = (body: Buffer): number => {
  const crlf = body.indexOf('\r\n\r\n')
  const lf = body.indexOf('\n\n')
  if (crlf < 0 && lf < 0) return body.length
  return lf >= 0 && (crlf < 0 || lf < crlf) ? lf + 2 : crlf + 4
}

function headerFields(header: string, wanted: ReadonlySet<string>, inverted: boolean): string {
  const fields = header.split(/\r?\n(?![ \t])/).filter((line) => line.includes(':'))
  const kept = fields.filter((line) => wanted.has(line.slice(0, line.indexOf(':')).trim().toUpperCase()) !== inverted)
  return `${kept.map((line) => `${line}\r\n`).join('')}\r\n`
}

function sectionBytes(body: Buffer, section: string): Buffer {
  if (section === '') return body
  const header = body.subarray(0, headerLength(body))
  if (section === 'HEADER') return header
  if (section === 'TEXT') return body.subarray(header.length)
  const fields = /^HEADER\.FIELDS(\.NOT)? \(([^)]*)\)$/.exec(section)
  if (!fields) throw new SyntaxRefused(`this server does not support the section ${section}`)
  const wanted = new Set((fields[2] ?? '').split(' ').map((name) => name.replaceAll('"', '')))
  return Buffer.from(headerFields(header.toString('latin1'), wanted, fields[1] !== undefined), 'latin1')
}

const pad = (number: number): string => String(number).padStart(2, '0')
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const internalDate = (date: Date): string =>
  `"${String(date.getUTCDate()).padStart(2, ' ')}-${months[date.getUTCMonth()]}-${date.getUTCFullYear()} ` +
  `${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())}:${pad(date.getUTCSeconds())} +0000"`

const plainItem = (item: Exclude<Item, BodyItem>, message: StoredMessage, lie: MessageLie): string => {
  if (item === 'UID') return `UID ${lie.uid ?? message.uid}`
  if (item === 'FLAGS') return `FLAGS (${[...message.flags].join(' ')})`
  if (item === 'RFC822.SIZE') return `RFC822.SIZE ${lie.size ?? message.body.length}`
  return `INTERNALDATE ${internalDate(message.internalDate)}`
}

async function sendBody(session: ImapSession, out: Outgoing, item: BodyItem, body: Buffer, lie: MessageLie) {
  const section = sectionBytes(body, item.section)
  const { from, length } = item.partial ?? { from: 0, length: section.length }
  const bytes = section.subarray(from, from + length)
  await out.add(`${item.name} {${lie.literalSize ?? bytes.length}}\r\n`)
  if (lie.stop && lie.stop.afterBytes <= from + bytes.length) {
    await out.add(bytes.subarray(0, Math.max(0, lie.stop.afterBytes - from)))
    await out.flush()
    await session.end(lie.stop.ending)
  }
  await out.add(bytes)
}

async function sendRow(
  session: ImapSession,
  out: Outgoing,
  row: { number: number; message: StoredMessage; items: readonly Item[]; lie: MessageLie },
): Promise<void> {
  const { number, message, items, lie } = row
  const body = Buffer.isBuffer(lie.body) ? lie.body : message.body
  for (const line of lie.before ?? []) await out.add(`${line}\r\n`)
  await out.add(`* ${number} FETCH (`)
  let separator = ''
  for (const item of items) {
    if (typeof item === 'string') await out.add(separator + plainItem(item, message, lie))
    else if (lie.body === 'none') continue
    else if (lie.body === 'nil') await out.add(`${separator}${item.name} NIL`)
    else {
      await out.add(separator)
      await sendBody(session, out, item, body, lie)
    }
    separator = ' '
  }
  await out.add(')\r\n')
  for (const line of lie.after ?? []) await out.add(`${line}\r\n`)
}

/** @returns the UIDs in a set of UIDs or of sequence numbers */
export const namedUids = (selected: SelectedFolder, set: string, byUid: boolean): number[] => {
  if (byUid) return selectNumbers(set, selected.uids)
  const numbers = selected.uids.map((_, index) => index + 1)
  return selectNumbers(set, numbers).map((number) => selected.uids[number - 1] ?? 0)
}

export const fetchCommand =
  (byUid: boolean): Handler =>
  async (session, args, command: Command) => {
    const selected = needSelected(session)
    const uids = namedUids(selected, args.string(), byUid)
    const items = parseItems(args, byUid)
    const marksSeen = !selected.readOnly && items.some((item) => typeof item !== 'string' && !item.peek)
    const numbers = new Map(selected.uids.map((uid, index) => [uid, index + 1]))
    const out = new Outgoing(session)
    for (const uid of uids) {
      const message = selected.folder.message(uid)
      if (!message) continue
      const lie = session.lieAbout(message, command)
      if (lie.missing) continue
      if (marksSeen) selected.folder.changeFlags(uid, ['\\Seen'], [], selected)
      await sendRow(session, out, { number: numbers.get(uid) ?? 0, message, items, lie })
    }
    await out.flush()
    return 'OK fetched'
  }
