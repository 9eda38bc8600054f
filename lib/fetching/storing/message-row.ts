import { dispatchMessage } from '../../dispatching/dispatch-message.ts'
import { headerBlockOf, readMessageHeader } from '../../messages/header/read-message-header.ts'
import type { Message, StoredHeader } from '../../messages/message.ts'
import type { MessageHeader } from '../../messages/message-header.ts'
import { UnwritableRow } from '../../tables/items.ts'
import type { Candidate, Part } from '../part.ts'

/** What is known of a message once its raw bytes are durable. `beginning` contains its header. */
export interface Content {
  readonly messageId: string
  readonly sha256: string
  readonly size: number
  readonly beginning: Buffer
}

/** Creates the row of a new message. Its queue is decided here, once. */
export const newRow = async (part: Part, candidate: Candidate, content: Content): Promise<Message> => {
  const { account, services } = part
  const prefix = services.controlHeaderPrefix
  const header = readMessageHeader(headerBlockOf(content.beginning), prefix)
  const decision = await dispatchMessage({ account, header, prefix }, services.directory)
  return {
    ...originOfRow(part, candidate, content),
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
export const repeatOf = (part: Part, candidate: Candidate, messageId: string, twin: Message): Message => ({
  ...twin,
  ...originOfRow(part, candidate, { ...twin, messageId }),
  sameAs: twin.sameAs ?? twin.messageId,
  state: 'ignored',
})

const originOfRow = (part: Part, { message }: Candidate, content: Omit<Content, 'beginning'>) => {
  const { account, uidValidity, log, services } = part
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
export const writeRow = async (part: Part, wanted: Message): Promise<Message | undefined> => {
  const row = await attempt(part, wanted)
  if (!(row instanceof UnwritableRow)) return row
  const without = await attempt(part, withoutHeader(wanted))
  const { log } = part
  const { uid } = wanted.source
  if (without instanceof UnwritableRow) {
    const detail = `The row for message ${uid} cannot be written: ${because[without.code]}. The message stays on the server.`
    log.event('unstorable', detail, wanted.messageId)
    return undefined
  }
  const detail = `The header of message ${uid} cannot be stored: ${because[row.code]}. The message is stored as unparsed.`
  log.event('header-not-stored', detail, wanted.messageId)
  return without
}

const attempt = async ({ services, log, account }: Part, row: Message): Promise<Message | UnwritableRow> => {
  try {
    return await services.ledger.create(row)
  } catch (error) {
    if (!(error instanceof UnwritableRow)) throw error
    const about = { messageId: row.messageId, runId: log.run.runId, accountId: account.accountId }
    services.logError('cannot write the row of a message', error, about)
    return error
  }
}

/** Removes the header. The queue and trust decisions are kept. */
const withoutHeader = ({ header: _header, ...row }: Message): Message => ({
  ...row,
  parsed: false,
  reason: {
    code: 'unparsed',
    detail: `The header cannot be stored with the message. Postmaster had already chosen queue ${row.queueName}.`,
  },
  control: {},
  ignoredControl: [],
})
