import { createHash } from 'node:crypto'
import { dispatchMessage } from '../../dispatching/dispatch-message.ts'
import { headerBlockOf, readMessageHeader } from '../../messages/header/read-message-header.ts'
import type { Message, StoredHeader } from '../../messages/message.ts'
import { headerBlockLimit, type MessageHeader } from '../../messages/message-header.ts'
import type { Candidate } from '../candidate.ts'
import { contentIdFor, type FetchContext, mailboxIdentityOf } from '../part.ts'
import { ContentTap } from './message-stream.ts'
import { writeRow } from './write-row.ts'

/** `unstorable`: the bytes are stored, but no row can be written, so the message stays on the server. */
export type StoreOutcome = StoredOutcome | { readonly outcome: 'unstorable' }

/** `stored`: the message is new and now has a row. `known`: exactly these bytes are already stored. */
export interface StoredOutcome {
  readonly outcome: 'stored' | 'known'
  readonly row: Message
  /** The message that `row` repeats. `here` is true if it was in this mailbox under another UIDL. */
  readonly repeats?: { readonly original: Message; readonly here: boolean }
}

interface Content {
  readonly messageId: string
  readonly sha256: string
  readonly size: number
  readonly beginning: Buffer
}

/** Stores a message held in memory. The raw bytes are durable before anything parses them. */
export const storeWhole = async (context: FetchContext, candidate: Candidate, bytes: Buffer): Promise<StoreOutcome> => {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const messageId = idOf(context, candidate, sha256)
  if (candidate.known?.sha256 === sha256) return { outcome: 'known', row: candidate.known }
  const repeat = await storeRepeat(context, candidate, sha256)
  if (repeat) return repeat
  await context.services.raw.put(messageId, bytes, context.deadline.signal)
  const content = { messageId, sha256, size: bytes.length, beginning: bytes.subarray(0, headerBlockLimit) }
  return await storeNew(context, candidate, content)
}

/** Stores a message that is too large for memory. Its ID must be known first. If it is not, use `sha256Of`. */
export const storeStream = async (
  context: FetchContext,
  candidate: Candidate & { readonly messageId: string },
  chunks: AsyncIterable<Buffer>,
): Promise<StoreOutcome> => {
  const tap = new ContentTap(chunks)
  try {
    await context.services.raw.put(candidate.messageId, tap, context.deadline.signal)
  } catch (error) {
    throw tap.failure ?? error
  }
  const content = { messageId: candidate.messageId, ...tap.summary() }
  return (await storeRepeat(context, candidate, content.sha256)) ?? (await storeNew(context, candidate, content))
}

/** Reads a stream to compute its hash. */
export const sha256Of = async (chunks: AsyncIterable<Buffer>): Promise<string> => {
  const hash = createHash('sha256')
  for await (const chunk of chunks) hash.update(chunk)
  return hash.digest('hex')
}

/** Derives the ID from the bytes if the UID is not stable or now refers to different bytes. */
export const idOf = (context: FetchContext, { messageId, known, message }: Candidate, sha256: string): string => {
  if (messageId === undefined) return contentIdFor(context, sha256)
  return known && known.sha256 !== sha256 ? contentIdFor(context, sha256, message.uid) : messageId
}

/**
 * Stores a row for a message whose bytes are already known. It searches by bytes only if the UID cannot identify the
 * message.
 *
 * @returns undefined if no message with these bytes is known
 */
export const storeRepeat = async (
  context: FetchContext,
  candidate: Candidate,
  sha256: string,
): Promise<StoreOutcome | undefined> => {
  const twin = await twinOf(context, candidate, sha256)
  if (!twin) return undefined
  const here = isOfThisMailbox(context, twin)
  // Without a stable UID, there is nothing to remember.
  if (here && !candidate.message.uidIsStable) return { outcome: 'known', row: twin }
  const messageId = idOf(context, candidate, sha256)
  const row = await writeRow(context, repeatOf(context, candidate, messageId, twin))
  if (!row) return { outcome: 'unstorable' }
  return { outcome: 'known', row, repeats: { original: twin, here } }
}

const twinOf = async (
  context: FetchContext,
  { message: { uidIsStable } }: Candidate,
  sha256: string,
): Promise<Message | undefined> => {
  const { compareContent, listedUids, services, account } = context
  if (uidIsStable && !compareContent) return undefined
  const isPop3 = account.folder === undefined
  const accept = (row: Message): boolean => {
    if (!isOfThisMailbox(context, row)) return compareContent
    if (!uidIsStable) return true
    // Two messages in the same listing are different. One that had another UIDL here earlier can be the same message.
    const onServer = row.server === 'present' || row.server === 'kept'
    return isPop3 && onServer && !listedUids.has(row.source.uid)
  }
  return await services.ledger.findByContent(account.accountId, sha256, accept)
}

const isOfThisMailbox = ({ account, uidValidity }: FetchContext, { source }: Message): boolean =>
  mailboxIdentityOf(source, source.uidValidity) === mailboxIdentityOf(account, uidValidity)

const storeNew = async (context: FetchContext, candidate: Candidate, content: Content): Promise<StoreOutcome> => {
  const wanted = await newRow(context, candidate, content)
  const row = await writeRow(context, wanted)
  if (!row) return { outcome: 'unstorable' }
  // A write that the client repeats finds its own row. Two messages that only their bytes identify can share one row.
  const isOwn = row.runId === wanted.runId && row.source.uid === wanted.source.uid
  return { outcome: isOwn ? 'stored' : 'known', row }
}

const newRow = async (context: FetchContext, candidate: Candidate, content: Content): Promise<Message> => {
  const { account, services } = context
  const prefix = services.controlHeaderPrefix
  const header = readMessageHeader(headerBlockOf(content.beginning), prefix)
  const decision = await dispatchMessage({ account, header, prefix }, services.directory)
  return {
    ...originOfRow(context, candidate, content),
    queueId: decision.queueId,
    queueName: decision.queueName,
    reason: decision.reason,
    trusted: account.trusted,
    state: decision.ignore ? 'ignored' : 'stored',
    parsed: header !== undefined,
    ...(header && { header: storedHeaderOf(header, account.trusted) }),
    control: decision.control,
    ignoredControl: decision.ignoredControl,
  }
}

const storedHeaderOf = (
  { controlHeaders: _judged, truncated, ...header }: MessageHeader,
  trusted: boolean,
): StoredHeader => ({
  ...header,
  truncated: truncated.map((name) => (name === 'controlHeaders' ? (trusted ? 'control' : 'ignoredControl') : name)),
})

/** Creates a row that marks this UID as processed. Queue, trust and announcement belong to the original message. */
const repeatOf = (context: FetchContext, candidate: Candidate, messageId: string, twin: Message): Message => ({
  ...twin,
  ...originOfRow(context, candidate, { ...twin, messageId }),
  sameAs: twin.sameAs ?? twin.messageId,
  state: 'ignored',
})

const originOfRow = (context: FetchContext, { message }: Candidate, content: Omit<Content, 'beginning'>) => {
  const { account, uidValidity, log, services } = context
  return {
    messageId: content.messageId,
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
    size: content.size,
    sha256: content.sha256,
    server: account.afterFetch.action === 'keep' ? ('kept' as const) : ('present' as const),
    storedAt: new Date(services.now()).toISOString(),
  }
}
