import { Socket } from 'node:net'
import { Readable } from 'node:stream'
import Pop3Command from 'node-pop3'
import type { ConnectTarget } from '../../network/connect.ts'
import { redaction } from '../../redaction/redaction.ts'
import { accountTypeFacts } from '../account-type.ts'
import { connectSession, encryptSession, releaseToken, type SessionOptions, secretOf } from '../connect-session.ts'
import { openingTimeout } from '../mailbox.ts'
import { MailboxError, serverWordsOf } from '../mailbox-error.ts'
import { type Pop3Capabilities, parseCapabilities, unannouncedCapabilities } from './capabilities.ts'
import { awaitGreeting, logIn, logInWithToken } from './login.ts'
import { Pop3Wire } from './pop3-wire.ts'
import { refusalErrorOf } from './reply-error.ts'

/** Bytes of a CAPA, UIDL or LIST response: 200,000 messages with the longest UIDLs. */
const longestListing = 16 * 1024 * 1024
/**
 * Bytes kept of one TOP response. The important headers are at the beginning, and some servers send the whole message.
 */
const longestTop = 64 * 1024
/**
 * The package's commands that have a multi-line response; UIDL and LIST only without an argument (RFC 1939, RFC 2449).
 */
const multiLine = /^(CAPA|LIST|UIDL|RETR \d+|TOP \d+ \d+)$/

/** The server answered one command with -ERR. The session continues. */
export class Pop3Refusal extends Error {
  override readonly name = 'Pop3Refusal'
  /** Printable, bounded. */
  readonly text: string

  constructor(text: string) {
    super('The server refused the command')
    this.text = serverWordsOf(text)
  }
}

/** Replaces the package's socket and forwards everything the package writes to our wire. It is never opened. */
class CommandPort extends Socket {
  readonly #onLine: (line: string) => void

  constructor(onLine: (line: string) => void) {
    super()
    this.#onLine = onLine
  }

  override write(line: Uint8Array | string): boolean {
    this.#onLine(String(line).replace(/\r\n$/, ''))
    return true
  }
}

/**
 * One POP3 session: the package's commands (CAPA, STLS, UIDL, LIST, DELE, QUIT …) over our own transport, because the
 * package's transport truncates, hangs, crashes and has no STLS (docs/decisions). This is the only file that uses
 * node-pop3. It relies on private members of 0.11.0.
 */
export class Pop3Session extends Pop3Command {
  readonly #options: SessionOptions
  #wire: Pop3Wire | undefined
  #earlierBytes = 0
  #earlierRoundTrips = 0
  #onWritten: (() => void) | undefined
  #capabilities = unannouncedCapabilities

  constructor(options: SessionOptions) {
    // The package never receives the password, because it would keep it in a field and in `_command`.
    super({ user: '', password: '', host: options.settings.host, port: options.settings.port })
    this.#options = options
  }

  get wire(): Pop3Wire {
    if (this.#wire === undefined) throw new TypeError('connect() comes first')
    return this.#wire
  }

  get capabilities(): Pop3Capabilities {
    return this.#capabilities
  }

  get bytesReceived(): number {
    return this.#earlierBytes + (this.#wire?.bytesReceived ?? 0)
  }

  get roundTrips(): number {
    return this.#earlierRoundTrips + (this.#wire?.roundTrips ?? 0)
  }

  /**
   * Connects, encrypts as the account's type requires, and logs in.
   * @param pipelining whether several commands may be in progress if the server announces PIPELINING
   * @param known the capabilities from a recent session on the same server; they are not requested again
   * @throws MailboxError, after closing the connection
   */
  override async connect(pipelining = false, known?: Pop3Capabilities): Promise<void> {
    const { policy, settings, observer } = this.#options
    const { socket, encrypted, target } = await connectSession(this.#options)
    this.#useWire(socket)
    this.#earlierRoundTrips += encrypted ? 2 : 1
    const tooSlow = new MailboxError('too-slow')
    const late = setTimeout(() => this.wire.fail(tooSlow), policy.openingTimeout ?? openingTimeout)
    try {
      await this.#greeting(target.deadline)
      if (known === undefined) await this.#askCapabilities()
      else this.#capabilities = known
      if (accountTypeFacts[settings.type].security === 'starttls') await this.#startTls(target, known)
      const mechanism = await this.#logIn(pipelining)
      this.wire.loggedIn()
      observer?.loggedIn?.(mechanism)
    } catch (error) {
      // During the TLS handshake, the wire does not own the socket, so the handshake's error is less specific than this
      // one.
      const reason = this.wire.failure?.code === 'too-slow' ? this.wire.failure : error
      this.wire.fail(new MailboxError('connection-lost'))
      throw reason
    } finally {
      clearTimeout(late)
    }
  }

  #logIn(pipelining: boolean): Promise<string> {
    const { settings, policy } = this.#options
    const { credential, host, port, type } = settings
    if (credential.method === 'password')
      return logIn(this.wire, this.#capabilities, credential, accountTypeFacts[type].security === 'clear', pipelining)
    const release = () => releaseToken(credential, this.wire.socket, policy)
    return logInWithToken(this.wire, this.#capabilities, { credential, host, port, release })
  }

  #useWire(socket: Socket): void {
    this.#earlierBytes += this.#wire?.bytesReceived ?? 0
    this.#earlierRoundTrips += this.#wire?.roundTrips ?? 0
    const { policy, settings, signal, transcript, onPipeliningBroken } = this.#options
    const redact = redaction([secretOf(settings.credential)])
    this.#wire = new Pop3Wire(socket, {
      silenceTimeout: policy.silenceTimeout,
      signal,
      redact,
      transcript,
      onPipeliningBroken,
    })
    // Always set: without it, the package's QUIT would resolve to its own "Bye", and a lost session would look
    // committed.
    this._socket = new CommandPort((line) => this.#forward(line))
  }

  async #greeting(deadline: number): Promise<void> {
    const wire = this.wire
    const late = setTimeout(
      () => wire.fail(new MailboxError('connection-timed-out')),
      Math.max(0, deadline - performance.now()),
    )
    try {
      const greeting = await awaitGreeting(wire)
      if (greeting.status === 'refused') throw refusalErrorOf(greeting.text, 'greeting-refused')
    } finally {
      clearTimeout(late)
    }
  }

  async #askCapabilities(): Promise<void> {
    try {
      const [, body] = await this.command('CAPA')
      const announced = await Pop3Command.stream2String(body)
      for (const line of announced.split(/\r?\n/)) if (line !== '') this.#options.transcript?.received(line)
      this.#capabilities = parseCapabilities(announced)
    } catch (error) {
      if (!(error instanceof Pop3Refusal)) throw error
      this.#capabilities = unannouncedCapabilities
    }
  }

  /**
   * Starts TLS or fails: an attacker who removes STLS from CAPA must not get the password (RFC 2595 sections 2.2 and
   * 4).
   */
  async #startTls(target: ConnectTarget, known: Pop3Capabilities | undefined): Promise<void> {
    // Inside TLS, servers no longer announce STLS, so capabilities from there give no information about it.
    if (known === undefined && this.#capabilities.announced && !this.#capabilities.stls)
      throw new MailboxError('starttls-not-offered')
    try {
      await this.command('STLS')
    } catch (error) {
      throw error instanceof Pop3Refusal ? refusalErrorOf(error.text, 'starttls-not-offered') : error
    }
    this.#useWire(await encryptSession(this.wire.release(), target, this.#options.policy))
    this.#earlierRoundTrips += 1
    // Capabilities that were announced unencrypted may come from an attacker.
    if (known === undefined) await this.#askCapabilities()
  }

  /**
   * Runs several of the package's commands, with the outcomes in the same order. With `pipelining`, they run
   * concurrently, and each starts when the previous line is written: until then, the package keeps the line in one
   * shared field.
   */
  async inTurn<T>(commands: ReadonlyArray<() => Promise<T>>, pipelining: boolean): Promise<PromiseSettledResult<T>[]> {
    const outcomes: Array<Promise<PromiseSettledResult<T>>> = []
    for (const command of commands) {
      const written = Promise.withResolvers<void>()
      this.#onWritten = written.resolve
      const outcome = Promise.allSettled([command()]).then(([only]) => only)
      outcomes.push(outcome)
      await (pipelining ? Promise.race([written.promise, outcome]) : outcome)
    }
    return Promise.all(outcomes)
  }

  /**
   * The package's `command` adds one listener each for `error` and `response` and then writes, all synchronously. These
   * listeners are removed and called with the response to exactly this command. Otherwise, two concurrent commands
   * would both get the first response.
   */
  #forward(line: string): void {
    const [onResponse] = this.listeners('response').slice(-1)
    const [onError] = this.listeners('error').slice(-1)
    this.removeAllListeners('response').removeAllListeners('error')
    this.#onWritten?.()
    const respond = (text: string, body: Readable | null) => {
      if (onResponse !== undefined) Reflect.apply(onResponse, this, [text, body])
    }
    const reject = (error: Error) => {
      if (onError !== undefined) Reflect.apply(onError, this, [error])
    }
    const refused = (text: string) => reject(new Pop3Refusal(text))
    if (!multiLine.test(line)) {
      this.wire.send(line, { accepted: (text) => respond(text, null), refused, failed: reject })
      return
    }
    const pieces: Buffer[] = []
    const isTop = line.startsWith('TOP ')
    let length = 0
    let info = ''
    this.wire.send(line, {
      accepted: (text) => {
        info = text
      },
      refused,
      body: (all) => {
        const bytes = isTop ? all.subarray(0, longestTop - length) : all
        length += bytes.length
        if (length > longestListing) this.wire.fail(new MailboxError('server-misbehaved'))
        else pieces.push(bytes)
      },
      // In one piece: the package's stream2String takes quadratic time in the number of pieces.
      bodyEnded: () => respond(info, readableOf(Buffer.concat(pieces, length))),
      failed: reject,
    })
  }
}

const readableOf = (bytes: Buffer): Readable => {
  const stream = new Readable({ read: () => undefined })
  stream.push(bytes)
  stream.push(null)
  return stream
}
