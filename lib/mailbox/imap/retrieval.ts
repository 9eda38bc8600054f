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
import type { FetchedRow } from './server-answers.ts'

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
  for await (const { uid, source: bytes } of session.fetch(set, { source: true }, 'uid')) {
    const message = uid === undefined ? undefined : wanted.get(uid)
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

/**
 * A piece is held up to three times: by imapflow, by the store, and while the next one arrives. Larger ones would save
 * round trips, but a busy process frees them so late that a message of 100 MB needs more than 120 MiB.
 */
const pieceSize = 8 * 1024 * 1024
/** Enough of a message's beginning to recognise it. */
const headSize = 512

/**
 * Reads a message of any size with `BODY.PEEK[]<start.length>`. Each request continues where the last piece ended. The
 * message ends with a short piece at the announced size. If that size is wrong, it ends where the server has no more
 * data.
 * @throws IncompleteMessage if the end is not reached beyond doubt
 */
export async function* readInPieces(session: ImapSession, message: ListedMessage): AsyncGenerator<Buffer, void> {
  let start = 0
  let head = Buffer.alloc(0)
  for (;;) {
    const row = await askFor(session, Number(message.uid), start)
    const piece = row?.source
    if (piece === undefined || piece.length === 0) {
      if (start === 0) throw new IncompleteMessage('The server sent no part of the message')
      // Beyond the end, the response is an empty string (RFC 9051 section 6.4.5). NIL counts if everything announced is
      // there.
      if (row !== undefined && (piece !== undefined || start >= message.size)) return
      throw new IncompleteMessage('The server sent no further piece')
    }
    const origin = row?.partialOrigins?.get('')
    if (origin !== undefined && origin !== start)
      throw new IncompleteMessage('The server sent a different piece than requested')
    if (piece.length > pieceSize && start === 0) {
      // A server that does not support pieces (Tencent's) sends the whole message each time.
      yield piece
      return
    }
    if (piece.length > pieceSize) throw new IncompleteMessage('The server sent more than the requested piece')
    if (origin === undefined && start > 0 && piece.subarray(0, headSize).equals(head)) {
      throw new IncompleteMessage('The server sent the beginning again instead of the next piece')
    }
    if (start === 0) head = Buffer.from(piece.subarray(0, headSize))
    yield piece
    start += piece.length
    if (start === message.size && piece.length < pieceSize) return
  }
}

const askFor = async (session: ImapSession, uid: number, start: number): Promise<FetchedRow | undefined> => {
  try {
    return await session.fetchPiece(uid, start, pieceSize)
  } catch (error) {
    if (error instanceof Refused)
      throw new IncompleteMessage(`The server refused the request: ${serverWordsOf(error.text)}`)
    if (!(error instanceof TooLarge)) throw error
    await session.reopen()
    throw new IncompleteMessage('The server can send the message only in one piece, which is too large')
  }
}
