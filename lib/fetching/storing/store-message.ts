import { createHash } from 'node:crypto'
import type { Message } from '../../messages/message.ts'
import { headerBlockLimit } from '../../messages/message-header.ts'
import { type Candidate, contentIdFor, mailboxIdentityOf, type Part } from '../part.ts'
import { type Content, newRow, repeatOf, writeRow } from './message-row.ts'
import { ContentTap } from './message-stream.ts'

/** `unstorable`: the bytes are stored, but no row can be written, so the message stays on the server. */
export type StoreOutcome = StoredOutcome | { readonly outcome: 'unstorable' }

/** `stored`: the message is new and now has a row. `known`: exactly these bytes are already stored. */
export interface StoredOutcome {
  readonly outcome: 'stored' | 'known'
  readonly row: Message
  /** The message that `row` repeats. `here` is true if it was in this mailbox under another UIDL. */
  readonly repeats?: { readonly original: Message; readonly here: boolean }
}

/** Stores a message held in memory. The raw bytes are durable before anything parses them. */
export const storeWhole = async (part: Part, candidate: Candidate, bytes: Buffer): Promise<StoreOutcome> => {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const messageId = idOf(part, candidate, sha256)
  if (candidate.known?.sha256 === sha256) return { outcome: 'known', row: candidate.known }
  const repeat = await storeRepeat(part, candidate, sha256)
  if (repeat) return repeat
  await part.services.raw.put(messageId, bytes, part.deadline.signal)
  const content = { messageId, sha256, size: bytes.length, beginning: bytes.subarray(0, headerBlockLimit) }
  return await storeNew(part, candidate, content)
}

/** Stores a message that is too large for memory. Its ID must be known first. If it is not, use `sha256Of`. */
export const storeStream = async (
  part: Part,
  candidate: Candidate & { readonly messageId: string },
  chunks: AsyncIterable<Buffer>,
): Promise<StoreOutcome> => {
  const tap = new ContentTap(chunks)
  try {
    await part.services.raw.put(candidate.messageId, tap, part.deadline.signal)
  } catch (error) {
    throw tap.failure ?? error
  }
  const content = { messageId: candidate.messageId, ...tap.summary() }
  return (await storeRepeat(part, candidate, content.sha256)) ?? (await storeNew(part, candidate, content))
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
  const row = await writeRow(part, repeatOf(part, candidate, messageId, twin))
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
  const wanted = await newRow(part, candidate, content)
  const row = await writeRow(part, wanted)
  if (!row) return { outcome: 'unstorable' }
  // A write that the client retries finds its own row. Two messages that can be identified only by their bytes can share
  // one row.
  const isOwn = row.runId === wanted.runId && row.source.uid === wanted.source.uid
  return { outcome: isOwn ? 'stored' : 'known', row }
}
