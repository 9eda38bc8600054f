import { createHash } from 'node:crypto'
import { dispatchMessage } from '../dispatching/dispatch-message.ts'
import { headerBlockOf, readMessageHeader } from '../messages/header/read-message-header.ts'
import type { Message, StoredHeader } from '../messages/message.ts'
import { headerBlockLimit, type MessageHeader } from '../messages/message-header.ts'
import type { Candidate } from './candidate.ts'
import { ContentTap } from './content-tap.ts'
import { contentIdFor, type FetchContext, mailboxIdentityOf } from './fetch-context.ts'
import { StorageFailure, storing } from './fetch-errors.ts'

/** `stored`: new, with its row. `known`: the very bytes are stored already. */
export type StoreOutcome = { readonly outcome: 'stored' | 'known'; readonly row: Message }

interface Content {
  readonly messageId: string
  readonly sha256: string
  readonly size: number
  readonly beginning: Buffer
}

/** Raw first: the bytes are durable before anything reads them (promise 1). */
export const storeWhole = async (context: FetchContext, candidate: Candidate, bytes: Buffer): Promise<StoreOutcome> => {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const messageId = idOf(context, candidate, sha256)
  if (candidate.known?.sha256 === sha256) return { outcome: 'known', row: candidate.known }
  const content = { messageId, sha256, size: bytes.length, beginning: bytes.subarray(0, headerBlockLimit) }
  const twin = await twinOf(context, content)
  if (!twin) await storing(context.services.raw.put(messageId, bytes, context.deadline.signal))
  return await record(context, candidate, content, twin)
}

/** The same for a message that never fits into memory. Its id must be known before: see `sha256Of` for where it is not. */
export const storeStream = async (
  context: FetchContext,
  candidate: Candidate & { readonly messageId: string },
  chunks: AsyncIterable<Buffer>,
): Promise<StoreOutcome> => {
  const tap = new ContentTap(chunks)
  try {
    await context.services.raw.put(candidate.messageId, tap, context.deadline.signal)
  } catch (error) {
    throw tap.failure ?? new StorageFailure('raw mail was not stored', { cause: error })
  }
  const content = { messageId: candidate.messageId, ...tap.summary() }
  return await record(context, candidate, content, await twinOf(context, content))
}

/** Reads a stream only for its hash. */
export const sha256Of = async (chunks: AsyncIterable<Buffer>): Promise<string> => {
  const hash = createHash('sha256')
  for await (const chunk of chunks) hash.update(chunk)
  return hash.digest('hex')
}

/** A uid that now stands for other bytes than before gets an id of its own; so does a message without a stable uid. */
export const idOf = (context: FetchContext, { messageId, known, message }: Candidate, sha256: string): string => {
  if (messageId === undefined) return contentIdFor(context, sha256)
  return known && known.sha256 !== sha256 ? contentIdFor(context, sha256, message.uid) : messageId
}

/** After the mailbox's identity changed, equal bytes under another uid are the same message. */
const twinOf = async (context: FetchContext, content: Content): Promise<Message | undefined> => {
  const { compareContent, services, account } = context
  const identity = mailboxIdentityOf(account, context.uidValidity)
  // Two messages of today with equal bytes are two messages; only one of another day can be the same.
  const isOfThisMailbox = ({ source }: Message) => mailboxIdentityOf(source, source.uidValidity) === identity
  return compareContent
    ? await storing(services.ledger.findByContent(account.accountId, content.sha256, (row) => !isOfThisMailbox(row)))
    : undefined
}

const record = async (
  context: FetchContext,
  candidate: Candidate,
  content: Content,
  twin: Message | undefined,
): Promise<StoreOutcome> => {
  const wanted = twin ? repeatOf(context, candidate, content, twin) : await newRow(context, candidate, content)
  const row = await storing(context.services.ledger.create(wanted))
  return { outcome: twin || row.runId !== wanted.runId ? 'known' : 'stored', row }
}

const newRow = async (context: FetchContext, candidate: Candidate, content: Content): Promise<Message> => {
  const { account, services } = context
  const prefix = services.controlHeaderPrefix
  const header = readMessageHeader(headerBlockOf(content.beginning), prefix)
  const decision = await storing(dispatchMessage({ account, header, prefix }, services.directory))
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

/** The row only remembers that this uid is dealt with; queue, trust and announcement stay with the first sight of the bytes. */
const repeatOf = (context: FetchContext, candidate: Candidate, content: Content, twin: Message): Message => ({
  ...twin,
  ...originOfRow(context, candidate, content),
  sameAs: twin.sameAs ?? twin.messageId,
  state: 'ignored',
})

const originOfRow = (context: FetchContext, { message }: Candidate, content: Content) => {
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
