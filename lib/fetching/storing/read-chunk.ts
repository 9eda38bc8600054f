import { IncompleteMessage, type RetrievedMessage } from '../../mailbox/mailbox.ts'
import type { Message } from '../../messages/message.ts'
import { errorNameOf } from '../failures.ts'
import type { Candidate, Part } from '../part.ts'
import type { Session } from '../session.ts'
import { AboveLimit, sha256Of, withinLimit } from './message-stream.ts'
import { idOf, type StoreOutcome, storeRepeat, storeStream, storeWhole } from './store-message.ts'

type Streamed = Extract<RetrievedMessage, { kind: 'stream' }>

/** A message that can be identified only by its bytes, with its hash. It must be read again to be stored. */
interface ReadForHash {
  readonly candidate: Candidate
  readonly sha256: string
}

/** Reads one chunk and passes each message to the store. Resolves once all are read, before all are stored. */
export const readChunk = async (session: Session, chunk: readonly Candidate[]): Promise<void> => {
  session.chunk = chunk
  const byUid = new Map(chunk.map((candidate) => [candidate.message.uid, candidate]))
  const again: ReadForHash[] = []
  for await (const retrieved of session.mailbox.retrieve(chunk.map(({ message }) => message))) {
    const candidate = byUid.get(retrieved.message.uid)
    if (!candidate) continue
    if (retrieved.kind === 'absent') session.absent(candidate, retrieved.reason, retrieved.serverWords)
    else if (retrieved.kind === 'whole') await readWhole(session, candidate, retrieved.bytes)
    else if (candidate.messageId !== undefined && !candidate.known)
      await readStream(session, candidate, candidate.messageId, retrieved)
    else again.push(...(await readForHash(session, candidate, retrieved)))
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

/**
 * Takes the steps that follow once a message was stored or its bytes proved to be known: counts the message, announces
 * it, and releases it for its after-fetch action.
 */
const finishMessage = async (session: Session, candidate: Candidate, stored: StoreOutcome): Promise<void> => {
  const { part, uidls, unremoved } = session
  session.unfinished.delete(candidate)
  if (stored.outcome === 'unstorable') return session.unstorable(candidate)
  const { outcome, row, repeats } = stored
  const { message } = candidate
  uidls?.known(message.uid)
  if (repeats?.here) await uidls?.repeated()
  const isNew = session.countRead(candidate, outcome, row)
  // Only a row from an earlier session can show that the server removed its message. A new row never does.
  const wasRemoved = row.server === 'deleted' || row.server === 'moved'
  if (wasRemoved && part.account.afterFetch.action !== 'keep')
    unremoved.report(message.uid, keptWords, row.messageId, true)
  else session.madeProgress ||= isNew && !comesAgain(part, candidate, outcome)
  await noteReusedUid(part, candidate, row)
  const unannounced = [repeats?.original, row].find((one) => one?.state === 'stored')
  if (unannounced && !(await announceMessage(part, unannounced))) return
  session.release({
    message,
    messageId: row.messageId,
    original: repeats?.here ? repeats.original.messageId : undefined,
  })
}

const keptWords = 'The server confirmed the removal of this message, but lists it again with the same bytes.'

/** Whether the next part reads this known message again, unless the message leaves the server. */
const comesAgain = ({ account }: Part, { message, known }: Candidate, outcome: 'stored' | 'known'): boolean => {
  const becomesKept = account.afterFetch.action === 'keep' && known?.server !== 'kept'
  return outcome === 'known' && (!message.uidIsStable || (known !== undefined && !becomesKept))
}

/**
 * Marks the known row as `deleted` if its UID now refers to other bytes, because the row's message has left the server.
 * A server that reused a UID may do so again. Because of `deleted`, later messages with this UID are always compared.
 */
const noteReusedUid = async ({ services }: Part, { known }: Candidate, { messageId }: Message): Promise<void> => {
  if (!known || known.messageId === messageId || known.server === 'deleted' || known.server === 'moved') return
  await services.ledger.markServer([known.messageId], 'deleted', new Date(services.now()).toISOString())
}

/**
 * Announces a stored message and marks it as announced.
 *
 * @returns false if the topic did not confirm. The message then stays on the server, and the next run or the dispatch
 *   function's sweep announces it again with the same ID.
 */
export const announceMessage = async ({ services, log }: Part, row: Message): Promise<boolean> => {
  try {
    await services.announcer.announce(row)
    await services.ledger.markAnnounced(row.messageId, new Date(services.now()).toISOString())
  } catch (error) {
    const detail = `The announcement was not confirmed (${errorNameOf(error)}). Postmaster will send it again.`
    log.event('announcement-failed', detail, row.messageId)
    return false
  }
  log.count('announced')
  return true
}
