import { IncompleteMessage, type RetrievedMessage } from '../../mailbox/mailbox.ts'
import type { Candidate } from '../candidate.ts'
import type { FetchSession } from '../session-progress.ts'
import { AboveLimit, withinLimit } from '../within-limit.ts'
import { idOf, type StoreOutcome, sha256Of, storeRepeat, storeStream, storeWhole } from './store-message.ts'

type Streamed = Extract<RetrievedMessage, { kind: 'stream' }>

/** A message that only its bytes identify, with its hash. It must be read once more to be stored. */
interface ReadForHash {
  readonly candidate: Candidate
  readonly sha256: string
}

/** Reads one chunk and passes each message to the store. Resolves once all are read, before all are stored. */
export const readChunk = async (session: FetchSession, chunk: readonly Candidate[]): Promise<void> => {
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

const readWhole = async (session: FetchSession, candidate: Candidate, bytes: Buffer): Promise<void> => {
  if (bytes.length > limitFor(session, candidate)) return session.aboveLimit(candidate, bytes.length)
  await session.pool.add(bytes.length, async () => {
    session.storing.add(candidate)
    await session.finish(candidate, await storeWhole(session.context, candidate, bytes))
    session.storing.delete(candidate)
  })
}

/** The limit is never below a stored message's size, because that message is only compared. */
const limitFor = ({ context }: FetchSession, { known }: Candidate): number =>
  Math.max(context.account.maxMessageSize, known?.size ?? 0)

const readStream = (session: FetchSession, candidate: Candidate, messageId: string, { chunks }: Streamed) =>
  unlessUnusable(session, candidate, chunks, async (usable) => {
    await session.finish(candidate, await storeStream(session.context, { ...candidate, messageId }, usable))
  })

/** Hashes a message that only its bytes identify. A new message is read once more to store it. */
const readForHash = async (session: FetchSession, candidate: Candidate, { chunks }: Streamed) => {
  const again: ReadForHash[] = []
  await unlessUnusable(session, candidate, chunks, async (usable) => {
    const sha256 = await sha256Of(usable)
    const { known } = candidate
    if (known?.sha256 === sha256) await session.finish(candidate, { outcome: 'known', row: known })
    else again.push({ candidate, sha256 })
  })
  return again
}

const readAgain = async (session: FetchSession, candidate: Candidate, sha256: string): Promise<void> => {
  const messageId = idOf(session.context, candidate, sha256)
  const [row] = await session.context.services.ledger.readMany([messageId])
  const known: StoreOutcome | undefined = row
    ? { outcome: 'known', row }
    : await storeRepeat(session.context, candidate, sha256)
  if (known) return await session.finish(candidate, known)
  for await (const retrieved of session.mailbox.retrieve([candidate.message])) {
    if (retrieved.kind === 'absent') session.absent(candidate, retrieved.reason, retrieved.serverWords)
    else if (retrieved.kind === 'whole') await readWhole(session, candidate, retrieved.bytes)
    else await readStream(session, candidate, messageId, retrieved)
  }
}

const unlessUnusable = async (
  session: FetchSession,
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
