import { isoTimeOf } from '../../text/printable.ts'
import { type ListedMessage, listWindow } from '../mailbox.ts'
import { MailboxError } from '../mailbox-error.ts'
import { Refused } from './imap-error.ts'
import type { ImapSession } from './imap-session.ts'
import type { FetchedRow } from './server-answers.ts'

const query = { size: true, flags: true, internalDate: true } as const

/**
 * Lists by sequence number. RFC 9051 section 7.5.1 allows no EXPUNGE during a FETCH by sequence number, and an expunge
 * between two windows moves the remaining messages forward by one, so nothing is skipped. Messages that arrive in
 * the meantime are left for the next listing.
 *
 * A server that announces more messages than it has (up to 2^32, four million windows) answers with an empty window. In
 * that case, a search finds the messages that really exist.
 */
export async function* listFolder(session: ImapSession): AsyncGenerator<readonly ListedMessage[], void> {
  let next = 1
  let last = session.exists
  let highest = 0
  const seen = new Set<number>()
  session.onExpunge = (sequenceNumber) => {
    if (sequenceNumber < next) next -= 1
    if (sequenceNumber <= last) last -= 1
  }
  try {
    while (next <= last) {
      const first = next
      next = Math.min(first + listWindow, last + 1)
      const window = await listRange(session, `${first}:${next - 1}`, 'sequence', (row) =>
        isWithin(row.seq, first, next - 1),
      )
      if (window.length === 0 && next <= last) {
        yield* listAbove(session, highest)
        return
      }
      const fresh = window.filter(({ uid }) => !seen.has(Number(uid)))
      for (const { uid } of fresh) {
        seen.add(Number(uid))
        highest = Math.max(highest, Number(uid))
      }
      if (fresh.length > 0) yield fresh
    }
  } finally {
    session.onExpunge = undefined
  }
}

/** Lists only UIDs above `after`: a search finds them, and then they are fetched in windows. */
export async function* listAbove(session: ImapSession, after: number): AsyncGenerator<readonly ListedMessage[], void> {
  if (session.exists === 0) return
  const found = await session.search({ uid: `${after + 1}:*` })
  if (found === undefined) throw new MailboxError('server-misbehaved')
  // `n:*` always includes the highest UID, even if it is below n (RFC 9051 section 9).
  const uids = found.filter((uid) => uid > after)
  for (let from = 0; from < uids.length; from += listWindow) {
    const wanted = new Set(uids.slice(from, from + listWindow))
    const window: ListedMessage[] = []
    for (const set of uidSets(wanted)) {
      window.push(...(await listRange(session, set, 'uid', ({ uid }) => uid !== undefined && wanted.has(uid))))
    }
    if (window.length > 0) yield window
  }
}

const isWithin = (value: number | undefined, first: number, last: number): boolean =>
  value !== undefined && value >= first && value <= last

/** Fetches one window. Servers may split a message over several rows, with rows of other messages between them. */
const listRange = async (
  session: ImapSession,
  range: string,
  by: 'sequence' | 'uid',
  isAsked: (row: FetchedRow) => boolean,
): Promise<ListedMessage[]> => {
  const found = new Map<number, FetchedRow>()
  try {
    for await (const row of session.fetch(range, query, by)) {
      if (row.uid !== undefined && isAsked(row)) found.set(row.uid, merged(found.get(row.uid), row))
    }
  } catch (error) {
    // Dovecot sends this after the rows of all messages that still exist (RFC 5530).
    if (!(error instanceof Refused)) throw error
    if (error.responseCode !== 'EXPUNGEISSUED') throw new MailboxError('server-misbehaved', error.text)
  }
  return [...found].sort(([a], [b]) => a - b).map(([uid, row]) => listed(uid, row))
}

const merged = (before: FetchedRow | undefined, row: FetchedRow): FetchedRow => ({
  size: row.size ?? before?.size,
  flags: row.flags ?? before?.flags,
  internalDate: row.internalDate ?? before?.internalDate,
})

const listed = (uid: number, { size = 0, flags, internalDate }: FetchedRow): ListedMessage => ({
  uid: `${uid}`,
  uidIsStable: true,
  size,
  internalDate: internalDate && isoTimeOf(internalDate),
  flaggedDeleted: [...(flags ?? [])].some((flag) => flag.toLowerCase() === '\\deleted'),
})

/** RFC 7162 section 4 recommends at most 8,192 octets per command line. The rest is for tag, command and data items. */
const longestSet = 7000

/**
 * Formats UIDs as IMAP sequence sets (RFC 9051 section 9) in ascending order, with runs as `a:b`. A run contains only
 * the given UIDs, so that no command ever affects any other message.
 * @returns more than one set if the command line would become too long
 */
export const uidSets = (uids: Iterable<number>): string[] => {
  const sets: string[] = []
  let set = ''
  for (const [first, last] of runs([...new Set(uids)].sort((a, b) => a - b))) {
    const item = first === last ? `${first}` : `${first}:${last}`
    if (set.length + item.length >= longestSet) {
      sets.push(set)
      set = ''
    }
    set += set === '' ? item : `,${item}`
  }
  if (set !== '') sets.push(set)
  return sets
}

function* runs(sorted: readonly number[]): Iterable<readonly [number, number]> {
  let first: number | undefined
  let last = 0
  for (const uid of sorted) {
    if (first !== undefined && uid === last + 1) {
      last = uid
      continue
    }
    if (first !== undefined) yield [first, last]
    first = last = uid
  }
  if (first !== undefined) yield [first, last]
}
