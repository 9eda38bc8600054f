import { createHash } from 'node:crypto'
import type { Message, MessageId } from '../../messages/message.ts'
import { copyKeyOf } from '../../messages/store/copy-store.ts'
import type { Destination } from '../destinations/destination.ts'
import { queueNameFor } from '../planning/select.ts'
import { changedHeader, type HeaderChange, wouldRemoveFields } from './clean-header.ts'
import { encodedWords } from './encoded-words.ts'

/** The headers that ticket systems obey, in lower case, in addition to the deployment's own prefix. */
const controlPrefixes = ['x-otobo-', 'x-otrs-', 'x-znuny-', 'x-zammad-', 'x-postmaster-', 'rt-'] as const

interface RawMail {
  open(messageId: MessageId, signal: AbortSignal): Promise<AsyncIterable<Buffer> | undefined>
}

interface Copies {
  put(key: string, bytes: AsyncIterable<Buffer>, signal: AbortSignal): Promise<void>
}

interface Settings {
  readonly raw: RawMail
  readonly copies: Copies
  /** The prefix of this deployment, for example `X-OTOBO-`. */
  readonly controlHeaderPrefix: string
}

type Receiver = Pick<Destination, 'destinationId' | 'controlHeaderPrefix' | 'queueMap'>

/** What is handed over: the stored raw mail, or a copy with another header. */
export interface HandedMail {
  /** The key of the copy. Absent if the stored raw mail itself is handed over. */
  readonly copyKey?: string | undefined
  /** In bytes. */
  readonly size: number
  readonly sha256: string
}

/**
 * The mail as destinations receive it. Stored raw mail never changes. Every control header is removed from mail of
 * accounts that are not trusted, so that no sender controls the ticket system. In mail from trusted accounts, the
 * honoured control headers are set for the destination if it has a control header prefix.
 */
export class HandedCopies {
  readonly #settings: Settings

  constructor(settings: Settings) {
    this.#settings = settings
  }

  /**
   * Opens the mail for a destination.
   * @returns undefined if the raw mail has expired. The stream throws `UncleanableMail` if a header line is too long.
   */
  async open(message: Message, destination: Receiver, signal: AbortSignal): Promise<AsyncIterable<Buffer> | undefined> {
    const raw = await this.#settings.raw.open(message.messageId, signal)
    const change = this.#changeOf(message, destination)
    return raw && change ? changedHeader(raw, change) : raw
  }

  /**
   * Prepares the mail for a link. A copy is written only if it differs from the stored raw mail. It expires within two
   * days, and preparing it again writes the same bytes.
   * @returns undefined if the raw mail has expired
   * @throws UncleanableMail if a header line is too long
   */
  async prepare(message: Message, destination: Receiver, signal: AbortSignal): Promise<HandedMail | undefined> {
    const original = { size: message.size, sha256: message.sha256 }
    const change = this.#changeOf(message, destination)
    if (change === undefined) return original
    if (change.inserted.length === 0) {
      const raw = await this.#settings.raw.open(message.messageId, signal)
      if (raw === undefined) return undefined
      if (!(await wouldRemoveFields(raw, change))) return original
    }
    const mail = await this.open(message, destination, signal)
    if (mail === undefined) return undefined
    const copyKey = copyKeyOf(destination.destinationId, message.messageId)
    const hash = createHash('sha256')
    let size = 0
    await this.#settings.copies.put(
      copyKey,
      observed(mail, (chunk) => {
        hash.update(chunk)
        size += chunk.length
      }),
      signal,
    )
    return { copyKey, size, sha256: hash.digest('hex') }
  }

  #changeOf(message: Message, destination: Receiver): HeaderChange | undefined {
    const remaining = `X-Postmaster-Id: ${message.messageId}`
    const { controlHeaderPrefix } = this.#settings
    if (!message.trusted)
      return { removed: [...controlPrefixes, controlHeaderPrefix.toLowerCase()], inserted: [], remaining }
    const prefix = destination.controlHeaderPrefix
    if (prefix === undefined) return undefined
    const control = { ...message.control, queue: queueNameFor(destination, message) }
    const inserted = Object.entries(control).map(
      ([name, value]) => `${prefix}${capitalised(name)}: ${encodedWords(value)}`,
    )
    // If the mail begins with a continuation line, the line continues the last inserted field, which nothing reads.
    return { removed: [prefix.toLowerCase(), 'x-postmaster-'], inserted: [...inserted, remaining], remaining }
  }
}

/** As the reference writes names. Readers compare them without case. */
const capitalised = (name: string): string => name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase())

async function* observed(source: AsyncIterable<Buffer>, observe: (chunk: Buffer) => void): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    observe(chunk)
    yield chunk
  }
}
