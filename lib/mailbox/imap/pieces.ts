import { IncompleteMessage, type ListedMessage } from '../mailbox.ts'
import { serverWordsOf } from '../mailbox-error.ts'
import { Refused, TooLarge } from './imap-error.ts'
import type { ImapSession } from './imap-session.ts'
import type { FetchedRow } from './server-answers.ts'

/** At 40 ms latency, 4 MiB pieces are hardly slower than one FETCH, and at most two of them are held. */
const pieceSize = 4 * 1024 * 1024
/** Enough of a message's beginning to recognise it. */
const headSize = 512

/**
 * Reads a message of any size with `BODY.PEEK[]<start.length>`. The announced size decides nothing: each request
 * continues where the last piece ended, until the server has no more data.
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
