import { dispatchMessage } from '../../lib/dispatching/dispatch-message.ts'
import { DynamoQueueDirectory } from '../../lib/dispatching/queue-directory.ts'
import { arrivalDateOf } from '../../lib/messages/header/arrival-date.ts'
import { readMessageHeader } from '../../lib/messages/header/read-message-header.ts'
import type { MessageHeader } from '../../lib/messages/message-header.ts'
import type { MessageView } from '../../lib/messages/view/message-view.ts'
import { withAttachment } from '../../lib/messages/view/sorted-parts.ts'
import { viewMessage } from '../../lib/messages/view/view-message.ts'
import { addressRowOf, queueKey } from '../../lib/queues/queue-rows.ts'
import type { Row as TableRow } from '../../lib/tables/table.ts'
import { pieces } from '../lib/messages/view/sample-mails.ts'
import { messageOf } from '../support/messages.ts'
import type { QueueName, Shown, ShownFile } from './shown.ts'

const addresses: Readonly<Record<string, QueueName>> = {
  'support@example.com': 'Support',
  'sales@example.com': 'Sales',
  'hilfe@bücher.example': 'Books',
}

const bookkeeping = {
  validity: 'valid',
  comment: '',
  version: 1,
  createdAt: '2026-01-01T00:00:00.000Z',
  createdBy: 'anna',
  changedAt: '2026-01-01T00:00:00.000Z',
  changedBy: 'anna',
} as const

const rows = new Map<string, TableRow>(
  Object.entries(addresses)
    .flatMap(([address, name]) => [
      { ...bookkeeping, key: queueKey(name), queueId: name, name },
      addressRowOf({ ...bookkeeping, address, queueId: name }),
    ])
    .map((row) => [String(row.key), row]),
)

/** The product's directory over rows in memory. */
const directory = new DynamoQueueDirectory({
  getMany: async (keys: readonly string[]) => keys.flatMap((key) => rows.get(key) ?? []),
} as ConstructorParameters<typeof DynamoQueueDirectory>[0])

const prefix = 'X-OTOBO-'
const account = { trusted: false, dispatching: { by: 'to-field' } } as const
const never = new AbortController().signal

export const headerOf = (bytes: Buffer): MessageHeader | undefined => readMessageHeader(bytes, prefix)

export const decisionOn = async (bytes: Buffer) =>
  await dispatchMessage({ account, header: headerOf(bytes), prefix }, directory)

/** @param attachment the index of a message within the message */
export const viewOf = async (bytes: Buffer, attachment?: string): Promise<MessageView> => {
  const message = messageOf('row')
  const services = {
    messages: { read: async () => message },
    raw: { open: async () => pieces(bytes, 16 * 1024) },
    readingTime: 120_000,
  }
  const { messageId } = message
  return await viewMessage(services, { messageId, attachment, fields: true, html: 'sanitised', remoteContent: false })
}

/** What Postmaster shows of a message, with the properties that are expected. */
export const shownOf = async (bytes: Buffer, wanted: Shown): Promise<Shown> => {
  const view = await viewOf(bytes)
  const decision = await decisionOn(bytes)
  const { header, attachments } = view
  const loop = decision.automatic?.kind !== undefined
  const all: Required<Shown> = {
    subject: header.subject ?? '',
    from: header.from ?? '',
    to: header.to ?? '',
    date: header.date ?? null,
    arrival: arrivalDateOf(bytes) ?? null,
    queue: decision.queueName as QueueName,
    automatic: decision.automatic?.kind ?? null,
    loop,
    text: view.text === undefined ? null : words(view.text.content),
    html: view.html === undefined ? null : wordsOfHtml(view.html.content),
    signed: view.signed !== undefined,
    files: await Promise.all(attachments.map((one, at) => shownFile(bytes, one, wanted.files?.[at]))),
  }
  return pick(all, wanted)
}

const pick = <T extends object>(all: T, wanted: object): Partial<T> =>
  Object.fromEntries(Object.entries(all).filter(([key]) => key in wanted)) as Partial<T>

/** An attachment that is not expected is shown by its name and type. */
const shownFile = async (
  bytes: Buffer,
  { index, name, contentType, inline, isMessage }: MessageView['attachments'][number],
  wanted: ShownFile = { name: '', type: '' },
): Promise<ShownFile> => ({
  ...pick({ name, type: contentType, inline, isMessage }, wanted),
  ...(wanted.bytes !== undefined && { bytes: await bytesOfFile(bytes, index) }),
  ...(wanted.text !== undefined && { text: words((await viewOf(bytes, index)).text?.content ?? '') }),
})

const bytesOfFile = async (bytes: Buffer, index: string): Promise<string> => {
  const content = await withAttachment(pieces(bytes), index, never, async ({ part }) => {
    const chunks: Buffer[] = []
    for await (const chunk of part.content) chunks.push(chunk)
    return Buffer.concat(chunks)
  })
  return content?.toString('latin1') ?? ''
}

export const words = (text: string): string => text.replace(/\s+/g, ' ').trim()

const entities: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&amp;': '&' }

const wordsOfHtml = (html: string): string =>
  words(html.replace(/<[^>]*>/g, ' ').replace(/&(lt|gt|quot|amp);/g, (entity) => entities[entity] ?? ''))
