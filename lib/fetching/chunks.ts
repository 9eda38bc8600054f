import { IncompleteMessage, type RetrievedMessage } from '../mailbox/mailbox.ts'
import { markOf } from './identity.ts'
import { limits } from './limits.ts'
import { needsNewSession } from './open-account.ts'
import type { Candidate } from './part.ts'
import type { Session } from './session.ts'
import { AboveLimit, sha256Of, withinLimit } from './storing/message-stream.ts'
import {
  finishMessage,
  idOf,
  type StoreOutcome,
  storeRepeat,
  storeStream,
  storeWhole,
} from './storing/store-message.ts'

/**
 * Plans the chunks to read, one at a time. Before each chunk, it records the chunk's first messages as in flight. After
 * a crash, the messages in flight are read one by one to find the one that caused it.
 *
 * It stops early, with the session's `interruption`, when the time is up or the account was changed.
 */
export async function* plannedChunks(
  session: Session,
  candidates: readonly Candidate[],
): AsyncGenerator<readonly Candidate[]> {
  const { mailbox } = session
  const { services } = session.part
  const began = services.now().getTime()
  const before = mailbox.bytesReceived
  let rest = candidates
  while (rest.length > 0 && hasTime(session)) {
    const chunk = nextChunk(rest, chunkBytesAt(mailbox.bytesReceived - before, services.now().getTime() - began))
    const alone = chunk[0]?.suspect ?? false
    const [wanted] = await Promise.all([accountStillWanted(session), alone || noteInFlight(session, inFlightOf(chunk))])
    if (!wanted) {
      // Stop removing messages as well, because the account may have been changed for that very reason.
      session.interruption = 'account-changed'
      return
    }
    if (alone) {
      // A crash can be attributed to a message only if no other message is in flight.
      await clearTheWay(session)
      await noteInFlight(session, chunk)
    }
    yield chunk
    rest = rest.slice(chunk.length)
  }
}

const hasTime = (session: Session): boolean => {
  const { deadline, services } = session.part
  const inTime = services.now().getTime() < deadline.startNothingAfter && !deadline.signal.aborted
  if (!inTime) session.interruption = 'time'
  return inTime
}

const accountStillWanted = async ({ part }: Session): Promise<boolean> => {
  const account = await part.services.accounts.read(part.account.accountId)
  if (account?.validity !== 'valid' || needsNewSession(part.account, account)) return false
  part.account = account
  return true
}

/**
 * Finishes all stores and removals before a suspect is read. If the suspect crashes the process, no other message is in
 * flight and no confirmed delete is lost.
 */
const clearTheWay = async ({ pool, departures }: Session): Promise<void> => {
  await pool.drain()
  await departures.send()
  await departures.commit({ now: true })
}

const noteInFlight = async ({ part, mailbox, beingStored }: Session, chunk: readonly Candidate[]): Promise<void> => {
  const inFlight = [...new Set([...beingStored, ...chunk].map(({ message }) => markOf(message)))]
  // From here on, a crash may leave rows of messages that are still on the server.
  const known = mailbox.protocol === 'pop3' && { knownOnServer: true }
  await part.services.statuses.change(part.account.accountId, { resume: { inFlight, ...known } })
}

const inFlightOf = (rest: readonly Candidate[]) => rest.slice(0, limits.inFlight)

/** @returns a chunk's maximum size at the current pace, so that none takes longer than a minute on a slow connection */
export const chunkBytesAt = (bytes: number, milliseconds: number): number =>
  bytes === 0 || milliseconds === 0
    ? limits.firstChunkBytes
    : Math.min(limits.chunkBytes, Math.max(1, Math.floor((bytes / milliseconds) * limits.chunkTime)))

/** Takes the next chunk from the front. It contains at least one message, and a suspect is always alone. */
export const nextChunk = (candidates: readonly Candidate[], chunkBytes: number): readonly Candidate[] => {
  let bytes = 0
  let length = 0
  for (const { message, suspect } of candidates) {
    if (length > 0 && (suspect || bytes + message.size > chunkBytes)) break
    bytes += message.size
    length += 1
    if (suspect || length === limits.chunkMessages) break
  }
  return candidates.slice(0, length)
}

type Streamed = Extract<RetrievedMessage, { kind: 'stream' }>

/** A message that can be identified only by its bytes, with its hash. It must be read again to be stored. */
interface ReadForHash {
  readonly candidate: Candidate
  readonly sha256: string
}

/**
 * Reads one chunk and passes each message to the store. Resolves once all are read, before all are stored. The chunk is
 * requested at once, but only a part of it is in flight at a time. A server may send the messages in any order.
 */
export const readChunk = async (session: Session, chunk: readonly Candidate[]): Promise<void> => {
  session.chunk = inFlightOf(chunk)
  const open = new Set(session.chunk)
  let rest = chunk.slice(open.size)
  const goOn = async (): Promise<void> => {
    const next = inFlightOf(rest)
    rest = rest.slice(next.length)
    for (const one of next) open.add(one)
    session.chunk = [...open]
    session.progress.note()
    await noteInFlight(session, session.chunk)
  }
  const byUid = new Map(chunk.map((candidate) => [candidate.message.uid, candidate]))
  const again: ReadForHash[] = []
  for await (const retrieved of session.mailbox.retrieve(chunk.map(({ message }) => message))) {
    const candidate = byUid.get(retrieved.message.uid)
    if (!candidate) continue
    while (rest.length > 0 && !open.has(candidate)) await goOn()
    if (retrieved.kind === 'absent') session.absent(candidate, retrieved.reason, retrieved.serverWords)
    else if (retrieved.kind === 'whole') await readWhole(session, candidate, retrieved.bytes)
    // A message that may be known by its bytes is compared first. Its bytes may have been erased, and must not be stored.
    else if (candidate.messageId !== undefined && !candidate.known && !session.part.compareContent)
      await readStream(session, candidate, candidate.messageId, retrieved)
    else again.push(...(await readForHash(session, candidate, retrieved)))
    open.delete(candidate)
    // Before the next message is read, because it may be the one that crashes the process.
    if (rest.length > 0 && open.size === 0) await goOn()
  }
  if (again.length > 0) {
    session.chunk = again.map(({ candidate }) => candidate)
    await noteInFlight(session, session.chunk)
  }
  for (const { candidate, sha256 } of again) await readAgain(session, candidate, sha256)
  session.chunk = []
}

const readWhole = async (session: Session, candidate: Candidate, bytes: Buffer): Promise<void> => {
  if (bytes.length > limitFor(session, candidate)) return session.aboveLimit(candidate, bytes.length)
  await session.pool.add(bytes.length, async () => {
    session.beingStored.add(candidate)
    await finishMessage(session, candidate, await storeWhole(session.part, candidate, bytes))
    session.beingStored.delete(candidate)
  })
}

/** The limit is never below a stored message's size, because that message is only compared. */
const limitFor = ({ part }: Session, { known }: Candidate): number =>
  Math.max(part.account.maxMessageSize, known?.size ?? 0)

const readStream = (session: Session, candidate: Candidate, messageId: string, { chunks }: Streamed) =>
  unlessUnusable(session, candidate, chunks, async (usable) => {
    await finishMessage(session, candidate, await storeStream(session.part, { ...candidate, messageId }, usable))
  })

/** Hashes a message that can be identified only by its bytes. A new message is read again to store it. */
const readForHash = async (session: Session, candidate: Candidate, { chunks }: Streamed) => {
  const again: ReadForHash[] = []
  await unlessUnusable(session, candidate, chunks, async (usable) => {
    const sha256 = await sha256Of(usable)
    const { known } = candidate
    if (known?.sha256 === sha256) await finishMessage(session, candidate, { outcome: 'known', row: known })
    else again.push({ candidate, sha256 })
  })
  return again
}

const readAgain = async (session: Session, candidate: Candidate, sha256: string): Promise<void> => {
  const messageId = idOf(session.part, candidate, sha256)
  const [row] = await session.part.services.ledger.readMany([messageId])
  const known: StoreOutcome | undefined = row
    ? { outcome: 'known', row }
    : await storeRepeat(session.part, candidate, sha256)
  if (known) return await finishMessage(session, candidate, known)
  for await (const retrieved of session.mailbox.retrieve([candidate.message])) {
    if (retrieved.kind === 'absent') session.absent(candidate, retrieved.reason, retrieved.serverWords)
    else if (retrieved.kind === 'whole') await readWhole(session, candidate, retrieved.bytes)
    else await readStream(session, candidate, messageId, retrieved)
  }
}

const unlessUnusable = async (
  session: Session,
  candidate: Candidate,
  chunks: AsyncIterable<Buffer>,
  work: (usable: AsyncIterable<Buffer>) => Promise<void>,
) => {
  try {
    await work(withinLimit(chunks, limitFor(session, candidate)))
  } catch (error) {
    if (error instanceof AboveLimit) session.aboveLimit(candidate, error.size)
    else if (error instanceof IncompleteMessage) session.absent(candidate, 'incomplete', error.message)
    else throw error
  }
}
