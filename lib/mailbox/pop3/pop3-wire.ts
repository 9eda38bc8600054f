import type { Socket } from 'node:net'
import { abortedError } from '../../network/network-error.ts'
import type { Redact } from '../../redaction/redaction.ts'
import type { Transcript } from '../mailbox.ts'
import { MailboxError, mailboxErrorOf } from '../mailbox-error.ts'
import { sessionEndedBy } from './reply-error.ts'
import { ReplyFraming } from './reply-framing.ts'

/**
 * Receives the server's response to one command. Exactly one of refused, continued, bodyEnded, failed or (without
 * `body`) accepted is called last.
 */
export interface AnswerReceiver {
  /** The text after +OK, exactly as the server sent it, for programs. Apply `redact` before displaying it. */
  accepted(text: string): void
  /** -ERR, with the text after it. */
  refused(text: string): void
  /** "+ ": the server expects more data (RFC 5034 section 4). Without this receiver, it is a protocol violation. */
  continued?(text: string): void
  /** If set, a multi-line body follows +OK. */
  body?(bytes: Buffer): void
  bodyEnded?(): void
  /** The session is over. */
  failed(error: MailboxError): void
}

export interface WireLimits {
  /** Milliseconds without a byte while a response is pending. */
  readonly silenceTimeout: number
  readonly signal: AbortSignal
  /** Applied to every status line from the server, which may repeat secrets that it received. */
  readonly redact: Redact
  readonly transcript?: Transcript | undefined
  readonly onPipeliningBroken?: (() => void) | undefined
}

/**
 * One POP3 connection as a queue: commands are sent in batches, and responses arrive in the same order (RFC 2449
 * section 6.6). However the connection ends, all pending receivers are rejected, and none is left waiting.
 */
export class Pop3Wire {
  readonly #socket: Socket
  readonly #limits: WireLimits
  readonly #awaited: AnswerReceiver[] = []
  readonly #framing: ReplyFraming
  readonly #ended = Promise.withResolvers<void>()
  #outgoing = ''
  #paused = false
  #failure: MailboxError | undefined
  #timer: NodeJS.Timeout | undefined
  #bytesReceived = 0
  #roundTrips = 0
  /** Responses still to come to the batch that was counted last. */
  #waitedFor = 0
  #bodyBytes = 0
  /** Several commands have been in progress since the queue was last empty. */
  #several = false
  /** Since the login, the server has answered all of several concurrent commands at least once. */
  #answeredSeveral = false

  constructor(socket: Socket, limits: WireLimits) {
    this.#socket = socket
    this.#limits = limits
    this.#framing = new ReplyFraming({
      line: (text) => this.#onLine(text),
      endless: (beginning) => {
        throw this.#garbled(beginning)
      },
      body: (bytes) => {
        this.#bodyBytes += bytes.length
        this.#awaited[0]?.body?.(bytes)
      },
      bodyEnded: () => {
        this.#limits.transcript?.received(`(${this.#bodyBytes} bytes)`)
        this.#bodyBytes = 0
        this.#answered()?.bodyEnded?.()
      },
    })
    socket.on('data', this.#onData)
    socket.on('error', this.#onError)
    socket.on('close', this.#onClose)
    socket.on('end', this.#onClose)
    limits.signal.addEventListener('abort', this.#onAbort, { once: true })
    if (limits.signal.aborted) this.#onAbort()
    socket.resume()
  }

  /** Prepares the server's text for display. */
  get redact(): Redact {
    return this.#limits.redact
  }

  /** The underlying socket, for checks of its security. */
  get socket(): Socket {
    return this.#socket
  }

  get bytesReceived(): number {
    return this.#bytesReceived
  }

  /** How often the server was waited for. A batch that is sent while an earlier one is being answered adds no wait. */
  get roundTrips(): number {
    return this.#roundTrips
  }

  get failure(): MailboxError | undefined {
    return this.#failure
  }

  /** Awaits a response without a command: the greeting. */
  expect(receiver: AnswerReceiver): void {
    if (this.#failure !== undefined) {
      receiver.failed(this.#failure)
      return
    }
    this.#awaited.push(receiver)
    this.#several ||= this.#awaited.length > 1
    this.#watch()
  }

  /**
   * Sends one command line, without its CRLF. Commands from the same turn of the event loop are sent together.
   * @param shownAs the line for the transcript if the real one contains a credential
   */
  send(line: string, receiver: AnswerReceiver, shownAs = line): void {
    // A line break in an argument would start a second command, for example "DELE 1" in a user name.
    if (/[\r\n\0]/.test(line)) throw new TypeError('A POP3 command cannot contain a line break or NUL')
    this.expect(receiver)
    if (this.#failure !== undefined) return
    if (this.#outgoing === '') process.nextTick(this.#flush)
    this.#outgoing += `${line}\r\n`
    this.#limits.transcript?.sent(shownAs)
  }

  /** The commands after the login may be answered by another server, to which the first one forwards them. */
  loggedIn(): void {
    this.#answeredSeveral = false
  }

  /** Stops reading, so that TCP makes the server wait. This time does not count as the server's silence. */
  pause(): void {
    if (this.#paused) return
    this.#paused = true
    this.#socket.pause()
    this.#watch()
  }

  resume(): void {
    if (!this.#paused) return
    this.#paused = false
    this.#socket.resume()
    this.#watch()
  }

  /** Ends everything immediately. All pending receivers get the error. */
  fail(error: MailboxError): void {
    if (this.#failure !== undefined) return
    this.#failure = error
    this.#letGo()
    this.#socket.destroy()
    this.#ended.resolve()
    for (const receiver of this.#awaited.splice(0)) receiver.failed(error)
  }

  /**
   * Releases the socket for TLS. Bytes that the server sent early may come from an attacker and are rejected (RFC 2595
   * section 4, CVE-2011-0411).
   */
  release(): Socket {
    if (this.#failure !== undefined) throw this.#failure
    if (!this.#framing.empty || this.#socket.readableLength > 0) this.fail(new MailboxError('server-misbehaved'))
    if (this.#failure !== undefined) throw this.#failure
    this.#letGo()
    this.#socket.pause()
    return this.#socket
  }

  /** Resolves when the connection is closed, or after this time. */
  async ended(milliseconds: number): Promise<void> {
    const timer = setTimeout(() => this.#ended.resolve(), milliseconds)
    await this.#ended.promise
    clearTimeout(timer)
  }

  #letGo(): void {
    this.#stopWatching()
    this.#limits.signal.removeEventListener('abort', this.#onAbort)
    this.#socket.off('data', this.#onData)
    this.#socket.off('close', this.#onClose)
    this.#socket.off('end', this.#onClose)
    // The error listener stays: a reset after the end must not cause an uncaught exception.
  }

  #onLine(line: string): boolean {
    this.#limits.transcript?.received(line)
    const receiver = this.#awaited[0]
    if (receiver === undefined) {
      this.fail(sessionEndedBy(this.redact(line)))
      return false
    }
    const [, status = '', text = ''] = /^(\+OK|-ERR|\+(?= |$)) ?(.*)$/is.exec(line) ?? []
    if (status.toUpperCase() === '+OK') {
      receiver.accepted(text)
      if (receiver.body !== undefined) return true
      this.#answered()
    } else if (status.toUpperCase() === '-ERR') {
      this.#answered()
      receiver.refused(this.redact(text))
    } else if (status === '+' && receiver.continued !== undefined) {
      this.#answered()
      receiver.continued(text)
    } else {
      this.fail(this.#garbled(line))
    }
    return false
  }

  #answered(): AnswerReceiver | undefined {
    const receiver = this.#awaited.shift()
    this.#waitedFor -= 1
    if (this.#awaited.length === 0) {
      this.#answeredSeveral ||= this.#several
      this.#several = false
    }
    return receiver
  }

  #garbled(text: string): MailboxError {
    if (this.#several) this.#limits.onPipeliningBroken?.()
    return new MailboxError('server-misbehaved', this.redact(text))
  }

  /** Silence counts only while a response is pending and the socket is being read. */
  #watch(): void {
    this.#stopWatching()
    if (this.#awaited.length === 0 || this.#paused || this.#failure !== undefined) return
    this.#timer = setTimeout(() => {
      if (this.#several) this.#limits.onPipeliningBroken?.()
      this.fail(new MailboxError('server-silent'))
    }, this.#limits.silenceTimeout)
  }

  #stopWatching(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  readonly #flush = (): void => {
    const batch = this.#outgoing
    this.#outgoing = ''
    if (this.#failure !== undefined) return
    if (this.#waitedFor <= 0) {
      this.#roundTrips += 1
      this.#waitedFor = this.#awaited.length
    }
    this.#socket.write(batch)
  }

  readonly #onData = (piece: Buffer): void => {
    this.#bytesReceived += piece.length
    this.#timer?.refresh()
    try {
      this.#framing.push(piece)
    } catch (error) {
      this.fail(mailboxErrorOf(error, 'session'))
    }
    if (this.#awaited.length === 0) this.#stopWatching()
  }

  readonly #onError = (error: Error): void => this.#hungUp(mailboxErrorOf(error, 'session'))
  readonly #onClose = (): void => this.#hungUp(new MailboxError('connection-lost'))

  /**
   * Connections are lost for many reasons. PIPELINING is not to blame if the server has answered several commands
   * before.
   */
  #hungUp(error: MailboxError): void {
    if (this.#several && !this.#answeredSeveral) this.#limits.onPipeliningBroken?.()
    this.fail(error)
  }

  readonly #onAbort = (): void => this.fail(mailboxErrorOf(abortedError(), 'session'))
}
