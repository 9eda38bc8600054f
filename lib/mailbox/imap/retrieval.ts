import {
  type AbsentReason,
  IncompleteMessage,
  type ListedMessage,
  type RetrievedMessage,
  wholeMessageLimit,
} from '../mailbox.ts'
import { serverWordsOf } from '../mailbox-error.ts'
import { Refused, TooLarge } from './imap-error.ts'
import type { ImapSession } from './imap-session.ts'
import { uidSets } from './listing.ts'
import type { BodyPiece, FetchedRow, PieceRange } from './server-answers.ts'

/** The requested messages that have not been delivered yet, by UID. */
type Wanted = Map<number, ListedMessage>

const absent = (message: ListedMessage, reason: AbsentReason, detail = ''): RetrievedMessage => ({
  kind: 'absent',
  message,
  reason,
  serverWords: serverWordsOf(detail),
})

const inPieces = (session: ImapSession, message: ListedMessage): RetrievedMessage => ({
  kind: 'stream',
  message,
  chunks: readInPieces(session, message),
})

/** Retrieves all messages up to 8 MiB with one UID FETCH, then the larger ones in pieces. */
export async function* retrieveMessages(
  session: ImapSession,
  messages: readonly ListedMessage[],
): AsyncGenerator<RetrievedMessage, void> {
  const byUid = new Map(messages.map((message) => [Number(message.uid), message]))
  const wanted: Wanted = new Map([...byUid].filter(([, { size }]) => size <= wholeMessageLimit))
  yield* retrieveWhole(session, wanted)
  for (const [uid, message] of byUid) {
    if (message.size > wholeMessageLimit && !wanted.has(uid)) yield inPieces(session, message)
  }
}

async function* retrieveWhole(session: ImapSession, wanted: Wanted): AsyncGenerator<RetrievedMessage, void> {
  const requests = wanted.size === 0 ? [] : [[...wanted.keys()]]
  for (let request = requests.shift(); request !== undefined; request = requests.shift()) {
    try {
      for (const set of uidSets(request)) yield* rowsOf(session, set, wanted)
    } catch (error) {
      const open = request.filter((uid) => wanted.has(uid)).sort((a, b) => a - b)
      if (error instanceof TooLarge) {
        await session.reopen()
        // Rows arrive in ascending order, so the first missing message is the likely cause. In pieces, no literal is
        // too large.
        const [culprit, ...rest] = open
        const message = culprit === undefined ? undefined : wanted.get(culprit)
        if (culprit === undefined || message === undefined) continue
        wanted.delete(culprit)
        yield inPieces(session, message)
        if (rest.length > 0) requests.unshift(rest)
      } else if (error instanceof Refused) {
        const [uid] = open
        const message = uid === undefined ? undefined : wanted.get(uid)
        if (error.responseCode === 'EXPUNGEISSUED' || uid === undefined || message === undefined) continue
        if (open.length > 1) {
          // One message that the server cannot read must not block the others. Halving finds it in a few commands.
          const middle = Math.ceil(open.length / 2)
          requests.unshift(open.slice(0, middle), open.slice(middle))
        } else {
          wanted.delete(uid)
          yield absent(message, 'refused', error.text)
        }
      } else {
        throw error
      }
    }
  }
  yield* explainMissing(session, wanted)
}

/**
 * Accepts a row only if it was requested, is the first for its message, and has a body, because flag changes by other
 * sessions also arrive as rows.
 */
async function* rowsOf(session: ImapSession, set: string, wanted: Wanted): AsyncGenerator<RetrievedMessage, void> {
  for await (const { uid, pieces } of session.fetch(set, { source: true }, 'uid')) {
    const message = uid === undefined ? undefined : wanted.get(uid)
    const bytes = pieces[0]?.bytes
    if (uid === undefined || message === undefined || bytes === undefined) continue
    wanted.delete(uid)
    if (bytes.length === 0 && message.size > 0) yield absent(message, 'empty')
    else yield { kind: 'whole', message, bytes }
  }
}

/** Finds out whether messages without a row or body still exist. */
async function* explainMissing(session: ImapSession, wanted: Wanted): AsyncGenerator<RetrievedMessage, void> {
  const present = new Set<number>()
  for (const set of uidSets(wanted.keys())) {
    for (const uid of (await session.search({ uid: set })) ?? wanted.keys()) present.add(uid)
  }
  for (const [uid, message] of wanted) yield absent(message, present.has(uid) ? 'no-body' : 'vanished')
  wanted.clear()
}

/** The largest piece that is requested, and held besides the one that is being stored. */
const pieceSize = 4 * 1024 * 1024
/** Pieces that are requested together, 16 MiB. The first message takes one round trip more, which shows that it works. */
const piecesAtOnce = 4
/** Enough of a message's beginning to recognise it. */
const headSize = 512

/**
 * Reads a message of any size with `BODY.PEEK[]<start.length>`. The announced size decides nothing: each request
 * continues where the last piece ended, until the server has no more data. Once the server has proved that it sends
 * pieces as requested, several are requested with one command. If it then sends none of them, single pieces follow.
 * @throws IncompleteMessage if the end is not reached beyond doubt
 */
export async function* readInPieces(session: ImapSession, message: ListedMessage): AsyncGenerator<Buffer, void> {
  let start = 0
  let head = Buffer.alloc(0)
  for (;;) {
    const ranges = session.sendsPieces ? rangesFrom(start, message.size) : [{ start, maxLength: pieceSize }]
    const pieces = await askFor(session, Number(message.uid), ranges)
    if (ranges.length > 1) {
      const before = start
      for (const { start: from, maxLength } of ranges) {
        const bytes = pieces?.find(({ origin }) => origin === from)?.bytes
        // After a short piece, the next request continues where it ended.
        if (from !== start || bytes === undefined || bytes.length > maxLength) break
        if (bytes.length === 0 && start > before) return
        if (bytes.length > 0) yield bytes
        start += bytes.length
      }
      session.sendsPieces = start > before
      continue
    }
    const { origin, bytes } = pieces?.[0] ?? {}
    if (bytes === undefined || bytes.length === 0) {
      if (start === 0) throw new IncompleteMessage('The server sent no part of the message')
      // Beyond the end, the response is an empty string (RFC 9051 section 6.4.5). NIL counts if everything announced is
      // there.
      if (pieces !== undefined && (bytes !== undefined || start >= message.size)) return
      throw new IncompleteMessage('The server sent no further piece')
    }
    if (origin !== undefined && origin !== start)
      throw new IncompleteMessage('The server sent a different piece than requested')
    if (bytes.length > pieceSize && start === 0) {
      // A server that does not support pieces (Tencent's) sends the whole message each time.
      yield bytes
      return
    }
    if (bytes.length > pieceSize) throw new IncompleteMessage('The server sent more than the requested piece')
    if (origin === undefined && start > 0 && bytes.subarray(0, headSize).equals(head)) {
      throw new IncompleteMessage('The server sent the beginning again instead of the next piece')
    }
    if (start === 0) {
      head = Buffer.from(bytes.subarray(0, headSize))
      session.sendsPieces = origin === 0 && bytes.length === pieceSize
    }
    yield bytes
    start += bytes.length
  }
}

/** @returns the next ranges. If they reach the announced end, one more shows whether the message ends there. */
const rangesFrom = (start: number, size: number): PieceRange[] => {
  const ranges: PieceRange[] = []
  for (let at = start; at < size && ranges.length < piecesAtOnce; at += pieceSize)
    ranges.push({ start: at, maxLength: Math.min(pieceSize, size - at) })
  if (start + piecesAtOnce * pieceSize >= size) ranges.push({ start: Math.max(start, size), maxLength: pieceSize })
  return ranges
}

/** @returns undefined without a row, or if the server cannot answer a request for several pieces */
const askFor = async (
  session: ImapSession,
  uid: number,
  ranges: readonly PieceRange[],
): Promise<readonly BodyPiece[] | undefined> => {
  try {
    return await piecesOf(session, uid, ranges)
  } catch (error) {
    if (!(error instanceof Refused || error instanceof TooLarge)) throw error
    if (error instanceof TooLarge) await session.reopen()
    if (ranges.length > 1) return undefined
    throw new IncompleteMessage(
      error instanceof Refused
        ? `The server refused the request: ${serverWordsOf(error.text)}`
        : 'The server can send the message only in one piece, which is too large',
    )
  }
}

/** The rows of one message that are held: one for each piece, and flag changes. */
const mostRows = 10

/** Fetches pieces with one command. imapflow's own FETCH ignores all but the first. */
const piecesOf = async (session: ImapSession, uid: number, [source, ...others]: readonly PieceRange[]) => {
  const more = others.length > 0 && { bodyParts: others.map((range) => ({ key: '', ...range })) }
  const rows: FetchedRow[] = []
  for await (const row of session.fetch(`${uid}`, { ...(source && { source }), ...more }, 'uid'))
    if ((row.uid ?? uid) === uid && rows.length < mostRows) rows.push(row)
  const own = rows.find((row) => row.uid === uid)
  // A server may send the body in a row without the UID.
  return own && rows.filter((row) => row.uid === uid || row.seq === own.seq).flatMap(({ pieces }) => pieces)
}
