import { type AbsentReason, type ListedMessage, type RetrievedMessage, wholeMessageLimit } from '../mailbox.ts'
import { serverWordsOf } from '../mailbox-error.ts'
import { Refused, TooLarge } from './imap-error.ts'
import type { ImapSession } from './imap-session.ts'
import { readInPieces } from './pieces.ts'
import { uidSets } from './uid-set.ts'

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
  const requests = uidSets(wanted.keys()).length === 0 ? [] : [[...wanted.keys()]]
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
  for await (const { uid, source } of session.fetch(set, { source: true }, 'uid')) {
    const message = uid === undefined ? undefined : wanted.get(uid)
    if (uid === undefined || message === undefined || source === undefined) continue
    wanted.delete(uid)
    if (source.length === 0 && message.size > 0) yield absent(message, 'empty')
    else yield { kind: 'whole', message, bytes: source }
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
