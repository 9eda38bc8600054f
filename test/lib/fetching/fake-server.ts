import type { SessionWatch } from '../../../lib/mailbox/mailbox.ts'
import {
  IncompleteMessage,
  type ListedMessage,
  type Mailbox,
  type MailboxSettings,
  type RemovalReport,
  type RetrievedMessage,
  wholeMessageLimit,
} from '../../../lib/mailbox/mailbox.ts'
import { MailboxError } from '../../../lib/mailbox/mailbox-error.ts'

export interface FakeMessage {
  readonly uid: string
  readonly bytes: Buffer
  readonly internalDate?: string
  readonly flaggedDeleted?: boolean
  /** The size that LIST reports. The real size by default. */
  readonly listedSize?: number
  readonly absent?: 'no-body' | 'empty'
  readonly incomplete?: boolean
  /** Returned as a stream in chunks of 100 bytes, regardless of its listed size. */
  readonly streamed?: boolean
}

const nothing: RemovalReport = { confirmed: [], pending: [], left: [] }

/** A mail server reduced to the mailbox port. Each test changes one aspect of its behaviour. */
export class FakeServer {
  messages: FakeMessage[]
  protocol: 'imap' | 'pop3' = 'imap'
  uidValidity = '7'
  stableUids = true
  /** POP3: true if the UIDLs are the message numbers. */
  numbersAsUids = false
  openError: MailboxError | undefined
  /** Called before each message is returned. */
  onRetrieve: (uid: string) => void | Promise<void> = () => undefined
  /** True if the messages of one request are returned last first. */
  descending = false
  onRemove: (uids: string[]) => void = () => undefined
  /** Called before each window of the listing, starting with 1. */
  onWindow: (number: number) => void = () => undefined
  refuseRemoval = false
  /** True if the server confirms deletes and moves but keeps the messages. */
  ignoresRemoval = false
  /** IMAP: the result of a removal if the client found out more than the server reported. */
  leaves: ((uid: string) => Omit<RemovalReport['left'][number], 'uid'>) | undefined
  /** POP3: QUIT commits the deletes, but its response is lost. */
  losesQuitAnswer = false
  /** POP3: false if the server does not support TOP. */
  showsHeaders = true
  /** Called before headers are returned. */
  onHeaders: (uids: string[]) => void = () => undefined
  readonly log: string[] = []
  readonly folders = new Map<string, Buffer[]>()

  constructor(bytes: readonly Buffer[] = []) {
    this.messages = bytes.map((content, index) => ({ uid: String(index + 1), bytes: content }))
  }

  async open(settings: MailboxSettings, signal: AbortSignal, watch?: SessionWatch): Promise<Mailbox> {
    watch?.observer?.connected?.('203.0.113.25')
    watch?.transcript?.received('* OK ready')
    if (this.openError) throw this.openError
    watch?.observer?.loggedIn?.('LOGIN')
    const { credential } = settings
    watch?.transcript?.received(
      `hello ${credential.method === 'password' ? credential.password : credential.accessToken}`,
    )
    this.log.push('open')
    return new FakeMailbox(this, signal, settings.ignoreUidls ?? false)
  }

  take(uids: readonly string[]): void {
    if (this.ignoresRemoval) return
    this.messages = this.messages.filter(({ uid }) => !uids.includes(uid))
  }
}

class FakeMailbox implements Mailbox {
  readonly #server: FakeServer
  readonly #signal: AbortSignal
  readonly #ignoreUidls: boolean
  readonly #pending: string[] = []
  #closed = false
  readonly messageCount: number
  readonly roundTrips = 5
  bytesReceived = 0

  constructor(server: FakeServer, signal: AbortSignal, ignoreUidls: boolean) {
    this.#server = server
    this.#signal = signal
    this.#ignoreUidls = ignoreUidls
    this.messageCount = server.messages.length
  }

  get protocol() {
    return this.#server.protocol
  }

  get uidValidity() {
    return this.#server.protocol === 'imap' ? this.#server.uidValidity : undefined
  }

  async *list({ after }: { readonly after?: string } = {}): AsyncGenerator<ListedMessage[]> {
    this.#server.log.push(`list after ${after ?? 'the beginning'}`)
    const listed = this.#server.messages.filter(({ uid }) => after === undefined || Number(uid) > Number(after))
    for (let start = 0; start < listed.length; start += 1000) {
      this.#server.onWindow(start / 1000 + 1)
      yield listed.slice(start, start + 1000).map((message) => ({
        uid: message.uid,
        uidIsStable: this.#server.stableUids && !this.#ignoreUidls,
        ...(this.#server.numbersAsUids && { uidIsNumber: true as const }),
        size: message.listedSize ?? message.bytes.length,
        ...(message.internalDate !== undefined && { internalDate: message.internalDate }),
        flaggedDeleted: message.flaggedDeleted ?? false,
      }))
    }
  }

  async *retrieve(messages: readonly ListedMessage[]): AsyncGenerator<RetrievedMessage> {
    this.#server.log.push(`retrieve ${messages.length}`)
    for (const message of this.#server.descending ? messages.toReversed() : messages) {
      if (this.#signal.aborted) throw new MailboxError('connection-lost')
      await this.#server.onRetrieve(message.uid)
      const found = this.#server.messages.find(({ uid }) => uid === message.uid)
      if (!found) yield { kind: 'absent', message, reason: 'vanished', serverWords: '' }
      else if (found.absent) yield { kind: 'absent', message, reason: found.absent, serverWords: '' }
      else yield this.#content(message, found)
    }
  }

  async headers(messages: readonly ListedMessage[]): Promise<Map<string, Buffer>> {
    const uids = messages.map(({ uid }) => uid)
    this.#server.log.push(`headers ${uids.length}`)
    if (!this.#server.showsHeaders) throw new MailboxError('arrival-unknown')
    this.#server.onHeaders(uids)
    const asked = this.#server.messages.filter(({ uid }) => uids.includes(uid))
    return new Map(asked.map(({ uid, bytes }) => [uid, bytes.subarray(0, bytes.indexOf('\r\n\r\n') + 4)]))
  }

  #content(message: ListedMessage, { bytes, incomplete, streamed }: FakeMessage): RetrievedMessage {
    if (!streamed) this.bytesReceived += bytes.length
    if (message.size <= wholeMessageLimit && !incomplete && !streamed) return { kind: 'whole', message, bytes }
    const piecesTaken = (length: number) => {
      this.bytesReceived += length
    }
    const chunks = async function* () {
      for (let at = 0; streamed && at < bytes.length; at += 100) {
        const piece = bytes.subarray(at, at + 100)
        piecesTaken(piece.length)
        yield piece
      }
      if (streamed) return
      yield bytes.subarray(0, 100)
      if (incomplete) throw new IncompleteMessage('the server stopped short')
      yield bytes.subarray(100)
    }
    return { kind: 'stream', message, chunks: chunks() }
  }

  async remove(messages: readonly ListedMessage[]): Promise<RemovalReport> {
    const uids = messages.map(({ uid }) => uid)
    this.#server.log.push(`remove ${uids.length}`)
    this.#server.onRemove(uids)
    if (this.#server.refuseRemoval) return { ...nothing, left: uids.map((uid) => ({ uid, detail: 'refused' })) }
    const { leaves } = this.#server
    if (leaves) return { ...nothing, left: uids.map((uid) => ({ uid, ...leaves(uid) })) }
    if (this.protocol === 'pop3') {
      this.#pending.push(...uids)
      return { ...nothing, pending: uids }
    }
    this.#server.take(uids)
    return { ...nothing, confirmed: uids }
  }

  async move(messages: readonly ListedMessage[], folder: string): Promise<RemovalReport> {
    const uids = messages.map(({ uid }) => uid)
    const moved = this.#server.messages.filter(({ uid }) => uids.includes(uid)).map(({ bytes }) => bytes)
    this.#server.folders.set(folder, [...(this.#server.folders.get(folder) ?? []), ...moved])
    const { leaves } = this.#server
    if (leaves) return { ...nothing, left: uids.map((uid) => ({ uid, ...leaves(uid) })) }
    this.#server.take(uids)
    return { ...nothing, confirmed: uids }
  }

  async commit(): Promise<RemovalReport> {
    return nothing
  }

  async close(): Promise<RemovalReport> {
    if (this.#closed) return nothing
    this.#closed = true
    this.#server.log.push('close')
    if (this.#signal.aborted) return nothing
    const confirmed = this.#pending.splice(0)
    this.#server.take(confirmed)
    if (this.#server.losesQuitAnswer)
      return { ...nothing, left: confirmed.map((uid) => ({ uid, detail: 'no answer to QUIT', mayBeGone: true })) }
    return { ...nothing, confirmed }
  }
}
