import { hash } from 'node:crypto'
import type { Message } from '../../messages/message.ts'
import { headerBlockLimit } from '../../messages/message-header.ts'
import type { RawOrigin } from '../../messages/store/raw-origin.ts'
import type { UnwritableRow } from '../../tables/items.ts'
import { contentIdFor, mailboxIdentityOf } from '../identity.ts'
import type { Candidate, Part } from '../part.ts'
import type { Session } from '../session.ts'
import { type Content, newMessageRow, repeatedMessageRow } from './message-row.ts'
import { ContentTap } from './message-stream.ts'
import { storeRaw } from './store-raw.ts'
import { writeMessageRow } from './write-row.ts'

/**
 * `stored`: the message is new and now has a row. `known`: exactly these bytes are already stored. `unstorable`: the
 * bytes are stored, but no row can be written, so the message stays on the server. `raw-mail-differs`: other bytes are
 * stored under this ID, so the message stays on the server.
 */
export type StoreOutcome =
  | {
      readonly outcome: 'stored' | 'known'
      readonly row: Message
      /** The message that `row` repeats. `here` is true if it was in this mailbox under another UIDL. */
      readonly repeats?: { readonly original: Message; readonly here: boolean }
    }
  | { readonly outcome: 'unstorable' | 'raw-mail-differs' }

/** Stores a message held in memory. The raw bytes are durable before anything parses them. */
export const storeWhole = async (part: Part, candidate: Candidate, bytes: Buffer): Promise<StoreOutcome> => {
  const sha256 = hash('sha256', bytes)
  const messageId = idOf(part, candidate, sha256)
  if (candidate.known?.sha256 === sha256) return { outcome: 'known', row: candidate.known }
  const repeat = await storeRepeat(part, candidate, sha256)
  if (repeat) return repeat
  const raw = await storeRaw(part, { messageId, origin: originOf(part, candidate), bytes, sha256: () => sha256 })
  if (raw === 'differs') return rawMailDiffers(part, candidate, messageId)
  const content = { messageId, sha256, size: bytes.length, beginning: bytes.subarray(0, headerBlockLimit) }
  return await storeNew(part, candidate, content)
}

/** Stores a message that is too large for memory. Its ID must be known first. */
export const storeStream = async (
  part: Part,
  candidate: Candidate & { readonly messageId: string },
  chunks: AsyncIterable<Buffer>,
): Promise<StoreOutcome> => {
  const { messageId } = candidate
  const tap = new ContentTap(chunks)
  const origin = originOf(part, candidate)
  const raw = await storeRaw(part, { messageId, origin, bytes: tap, sha256: () => tap.summary().sha256 }).catch(
    (error: unknown) => {
      throw tap.failure ?? error
    },
  )
  if (raw === 'differs') return rawMailDiffers(part, candidate, messageId)
  const content = { messageId, ...tap.summary() }
  return (await storeRepeat(part, candidate, content.sha256)) ?? (await storeNew(part, candidate, content))
}

const rawMailDiffers = ({ log }: Part, { message }: Candidate, messageId: string): StoreOutcome => {
  const detail =
    `Other mail is already stored under the ID of message ${message.uid}. Postmaster does not overwrite it, and the ` +
    'message stays on the server.'
  log.event('raw-mail-differs', detail, messageId)
  return { outcome: 'raw-mail-differs' }
}

/** Derives the ID from the bytes if the UID is not stable or now refers to different bytes. */
export const idOf = (part: Part, { messageId, known, message }: Candidate, sha256: string): string => {
  if (messageId === undefined) return contentIdFor(part, sha256)
  return known && known.sha256 !== sha256 ? contentIdFor(part, sha256, message.uid) : messageId
}

/**
 * Stores a row for a message whose bytes are already known. It searches by bytes only if the UID cannot identify the
 * message.
 *
 * @returns undefined if no message with these bytes is known
 */
export const storeRepeat = async (
  part: Part,
  candidate: Candidate,
  sha256: string,
): Promise<StoreOutcome | undefined> => {
  const twin = await twinOf(part, candidate, sha256)
  if (!twin) return undefined
  const here = isOfThisMailbox(part, twin)
  // Without a stable UID, there is nothing to remember.
  if (here && !candidate.message.uidIsStable) return { outcome: 'known', row: twin }
  const messageId = idOf(part, candidate, sha256)
  const repeat = { origin: originOf(part, candidate), account: part.account, messageId }
  const row = await writeRow(part, repeatedMessageRow(repeat, twin))
  if (!row) return { outcome: 'unstorable' }
  return { outcome: 'known', row, repeats: { original: twin, here } }
}

const twinOf = async (
  part: Part,
  { message: { uidIsStable } }: Candidate,
  sha256: string,
): Promise<Message | undefined> => {
  const { compareContent, listedUids, services, account } = part
  if (uidIsStable && !compareContent) return undefined
  const isPop3 = account.folder === undefined
  const accept = (row: Message): boolean => {
    if (!isOfThisMailbox(part, row)) return compareContent
    if (!uidIsStable) return true
    // Two messages in the same listing are different. One that had another UIDL here earlier can be the same message.
    const onServer = row.server === 'present' || row.server === 'kept'
    return isPop3 && onServer && !listedUids.has(row.source.uid)
  }
  return await services.ledger.findByContent(account.accountId, sha256, accept)
}

const isOfThisMailbox = ({ account, uidValidity }: Part, { source }: Message): boolean =>
  mailboxIdentityOf(source, source.uidValidity) === mailboxIdentityOf(account, uidValidity)

const storeNew = async (part: Part, candidate: Candidate, content: Content): Promise<StoreOutcome> => {
  // The queue is decided here, once.
  const wanted = await newMessageRow(
    { origin: originOf(part, candidate), account: part.account, content },
    part.services,
  )
  const row = await writeRow(part, wanted)
  if (!row) return { outcome: 'unstorable' }
  // A write that the client retries finds its own row. Two messages that can be identified only by their bytes can share
  // one row.
  const isOwn = row.runId === wanted.runId && row.source.uid === wanted.source.uid
  return { outcome: isOwn ? 'stored' : 'known', row }
}

/** @returns what the row of a listed message contains besides what its bytes say */
const originOf = ({ account, uidValidity, log, services }: Part, { message }: Candidate): RawOrigin => ({
  accountId: account.accountId,
  accountType: account.type,
  runId: log.run.runId,
  source: {
    mailboxEpoch: account.mailboxEpoch,
    uid: message.uid,
    listedSize: message.size,
    ...(account.folder !== undefined && { folder: account.folder }),
    ...(uidValidity !== undefined && { uidValidity }),
    ...(message.internalDate !== undefined && { internalDate: message.internalDate }),
  },
  storedAt: services.now().toISOString(),
})

const because = {
  'too-large': 'it is larger than a row can be',
  refused: 'DynamoDB does not accept it',
  'not-convertible': 'it contains a value that a row cannot hold',
} as const satisfies Record<UnwritableRow['code'], string>

/**
 * Writes a message's row unless one exists. If the row cannot be written as it is, it is written without the header.
 * The sender controls that content, and it must not block the mail of others.
 *
 * @returns the row that exists afterwards, or undefined if the row cannot be written even without the header
 * @throws StorageFailure if the table itself fails
 */
const writeRow = async (part: Part, wanted: Message): Promise<Message | undefined> => {
  const { row, refused } = await writeMessageRow(part.services, wanted)
  if (refused === undefined) return row
  const { uid } = wanted.source
  const [code, detail] = row
    ? [
        'header-not-stored',
        `The header of message ${uid} cannot be stored: ${because[refused]}. The message is stored as unparsed.`,
      ]
    : [
        'unstorable',
        `The row for message ${uid} cannot be written: ${because[refused]}. The message stays on the server.`,
      ]
  part.log.event(code, detail, wanted.messageId)
  return row
}

/**
 * Takes the steps that follow once a message was stored or its bytes proved to be known: counts the message, announces
 * it, and releases it for its after-fetch action.
 */
export const finishMessage = async (session: Session, candidate: Candidate, stored: StoreOutcome): Promise<void> => {
  const { part, uidls, unremoved } = session
  session.unfinished.delete(candidate)
  if (!('row' in stored)) return session.unstorable(candidate, stored.outcome)
  const { outcome, row, repeats } = stored
  const { message } = candidate
  // Counts before the first write, because the message is no longer unfinished if that write fails.
  const isNew = session.countRead(candidate, outcome, row)
  uidls?.known(message.uid)
  if (repeats?.here) await uidls?.repeated()
  // Only a row from an earlier session can show that the server removed its message. A new row never does.
  const wasRemoved = row.server === 'deleted' || row.server === 'moved'
  if (wasRemoved && part.account.afterFetch.action !== 'keep')
    unremoved.report(message.uid, keptWords, row.messageId, true)
  else session.madeProgress ||= isNew && !comesAgain(part, candidate, outcome)
  await noteReusedUid(part, candidate, row)
  const unannounced = [repeats?.original, row].find((one) => one?.state === 'stored')
  if (unannounced && !(await session.announcements.announce(unannounced, { isNew: outcome === 'stored' }))) return
  const original = repeats?.here ? repeats.original.messageId : undefined
  session.release({ message, messageId: row.messageId, original })
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
  await services.ledger.markServer([known.messageId], 'deleted', services.now().toISOString())
}
