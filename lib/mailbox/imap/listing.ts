import { isoTimeOf } from '../../text/iso-time.ts'
import { type ListedMessage, listWindow } from '../mailbox.ts'
import { MailboxError } from '../mailbox-error.ts'
import { Refused } from './imap-error.ts'
import type { FetchedRow, ImapSession } from './imap-session.ts'
import { uidSets } from './uid-set.ts'

const query = { size: true, flags: true, internalDate: true } as const

/**
 * By sequence number: RFC 9051 section 7.5.1 lets no EXPUNGE come during a FETCH by sequence number, and what is expunged between two
 * windows moves the rest forward by one, so nothing is skipped. What arrives meanwhile is left for the next listing.
 *
 * A server that announces more messages than it has (up to 2^32, four million windows) answers with an empty window. Then
 * a search says which messages there really are.
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

/** Only UIDs above `after`: a search says which there are, then windows of them. */
export async function* listAbove(session: ImapSession, after: number): AsyncGenerator<readonly ListedMessage[], void> {
  if (session.exists === 0) return
  const found = await session.search({ uid: `${after + 1}:*` })
  if (found === undefined) throw new MailboxError('server-misbehaved')
  // `n:*` always includes the highest UID, also one below n (RFC 9051 section 9).
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

/** Servers may spread a message over several rows and put rows of other messages between. */
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
    // Dovecot says so after the rows of everything that is still there (RFC 5530).
    if (!(error instanceof Refused)) throw error
    if (error.responseCode !== 'EXPUNGEISSUED') throw new MailboxError('server-misbehaved', error.words)
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
