import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { type AccountType, accountTypeFacts } from '../../lib/mailbox/account-type.ts'

export interface RawTarget {
  readonly host: string
  readonly port: number
  readonly caPem: string
  /** The TLS server name; `localhost` by default. */
  readonly serverName?: string
}

/** A raw socket that records what it receives, read by read, for tests of a server without a mail library. */
export class RawSocket implements Disposable {
  private socket: Socket
  /** Each read as it arrived. */
  readonly reads: Buffer[] = []
  /** 'end' after FIN, or the error's code after a reset. */
  ending: string | undefined
  private store = Buffer.alloc(4096)
  private length = 0
  private consumed = 0
  private wake: (() => void) | undefined

  private constructor(socket: Socket) {
    this.socket = socket
    this.listen()
  }

  private listen(): void {
    this.socket.on('data', (chunk) => {
      this.reads.push(chunk)
      this.keep(chunk)
      this.wake?.()
    })
    const end = (reason: string) => {
      this.ending ??= reason
      this.wake?.()
    }
    this.socket.on('end', () => end('end'))
    this.socket.on('error', (error) => end('code' in error ? String(error.code) : error.message))
    this.socket.on('close', () => end('close'))
  }

  /** Connects and, for TLS types, completes the handshake. Reads the greeting only for STARTTLS. */
  static async open(type: AccountType, target: RawTarget): Promise<RawSocket> {
    const { protocol, security } = accountTypeFacts[type]
    const raw = new RawSocket(connect({ host: target.host, port: target.port, noDelay: true }))
    if (security === 'implicit-tls') await raw.startTls(target)
    if (security !== 'starttls') return raw
    await raw.until('\r\n')
    const answer = await raw.say(protocol === 'imap' ? 't STARTTLS' : 'STLS', '\r\n')
    if (!/^(t OK|\+OK)/.test(answer)) throw new Error(`no upgrade: ${answer}`)
    await raw.startTls(target)
    return raw
  }

  async startTls({ caPem, serverName = 'localhost' }: RawTarget): Promise<void> {
    this.socket.removeAllListeners()
    const secure = connectTls({ socket: this.socket, ca: caPem, servername: serverName })
    await new Promise<void>((resolve, reject) => {
      secure.once('secureConnect', resolve)
      secure.once('error', reject)
    })
    this.socket = secure
    this.listen()
  }

  send(text: string | Buffer): void {
    this.socket.write(typeof text === 'string' ? Buffer.from(text, 'latin1') : text)
  }

  /** Doubles the buffer, so that thousands of one-byte reads do not copy everything each time. */
  private keep(chunk: Buffer): void {
    const length = this.length + chunk.length
    if (length > this.store.length) {
      const larger = Buffer.alloc(Math.max(length, this.store.length * 2))
      this.store.copy(larger, 0, 0, this.length)
      this.store = larger
    }
    chunk.copy(this.store, this.length)
    this.length = length
  }

  get all(): Buffer {
    return this.store.subarray(0, this.length)
  }

  /** @returns the data since the last call, up to and including `text`; throws if the connection ends before it */
  async until(text: string): Promise<string> {
    let search = this.consumed
    for (;;) {
      const all = this.all
      const at = all.indexOf(text, search, 'latin1')
      if (at >= 0) {
        const from = this.consumed
        this.consumed = at + text.length
        return all.subarray(from, this.consumed).toString('latin1')
      }
      if (this.ending !== undefined) throw new Error(`ended (${this.ending}) before ${JSON.stringify(text)}`)
      search = Math.max(this.consumed, all.length - text.length)
      await this.next()
    }
  }

  /** Sends one line and returns everything up to `answer`. */
  async say(line: string, answer: string): Promise<string> {
    this.send(`${line}\r\n`)
    return await this.until(answer)
  }

  /** @returns how the server ended the connection */
  async end(): Promise<string> {
    while (this.ending === undefined) await this.next()
    return this.ending
  }

  private async next(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.wake = resolve
    })
  }

  [Symbol.dispose](): void {
    this.socket.destroy()
  }
}
