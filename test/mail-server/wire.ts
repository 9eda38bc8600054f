import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type SecureContext, TLSSocket } from 'node:tls'
import { type Cutter, turnOfTheLoop } from './cutting.ts'

/** The peer is gone, or a fault ended the connection, so the session ends. */
export class ConnectionOver extends Error {
  override readonly name = 'ConnectionOver'
}

export interface Pacing {
  readonly cut?: Cutter | undefined
  /**
   * Milliseconds between two pieces. 0 lets the event loop turn once, which a peer in the same process sees as separate
   * reads.
   */
  readonly pauseMs: number
}

const newline = 10
/** A peer that does not close within this time after our end is disconnected. */
const lingerMs = 1000
/** Longer than any command line of imapflow or fetchmail (a UID list of 1,000 messages is about 6 KB). */
const lineLimit = 1024 * 1024

/** One connection from the server's side: incoming bytes, outgoing bytes, and the ways to end it. */
export class Wire {
  secure = false
  pacing: Pacing = { pauseMs: 0 }
  private readonly tcp: Socket
  private socket: Socket
  private chunks: Buffer[] = []
  private buffered = 0
  private ended = false
  private wake: (() => void) | undefined
  private stopListening: () => void = () => undefined

  constructor(tcp: Socket) {
    this.tcp = tcp
    this.socket = tcp
    tcp.setNoDelay(true)
    this.listen(tcp)
  }

  private listen(socket: Socket): void {
    const received = (chunk: Buffer) => {
      this.chunks.push(chunk)
      this.buffered += chunk.length
      this.wake?.()
    }
    const over = () => {
      this.ended = true
      this.wake?.()
    }
    socket.on('data', received).on('end', over).on('close', over)
    // A reset or a broken record. 'close' follows.
    socket.on('error', over)
    this.stopListening = () => socket.off('data', received).off('end', over)
  }

  /** The server side of the handshake, at the start (implicit TLS) or after the STARTTLS response. */
  async startTls(context: SecureContext): Promise<void> {
    this.stopListening()
    // RFC 3501 section 6.2.1: data from before the handshake must not be taken for commands.
    this.discardInput()
    const tls = new TLSSocket(this.tcp, { isServer: true, secureContext: context })
    this.socket = tls
    await new Promise<void>((resolve, reject) => {
      tls.once('secure', resolve)
      const failed = () => {
        this.destroy()
        reject(new ConnectionOver('no handshake'))
      }
      tls.once('error', failed).once('close', failed).once('end', failed)
      // Only a socket that is being read reports its end.
      this.listen(tls)
    })
    this.secure = true
  }

  discardInput(): void {
    this.chunks = []
    this.buffered = 0
  }

  private async more(): Promise<void> {
    if (this.ended) throw new ConnectionOver('peer closed')
    await new Promise<void>((resolve) => {
      this.wake = resolve
    })
    this.wake = undefined
  }

  private take(length: number): Buffer {
    const all = this.chunks.length === 1 ? this.chunks[0] : Buffer.concat(this.chunks)
    const bytes = all ?? Buffer.alloc(0)
    this.chunks = length < bytes.length ? [bytes.subarray(length)] : []
    this.buffered = bytes.length - length
    return bytes.subarray(0, length)
  }

  /** @returns a line without its line end, as latin1, which preserves every byte */
  async readLine(): Promise<string> {
    let searched = 0
    for (;;) {
      if (this.chunks.length > 1) this.chunks = [Buffer.concat(this.chunks)]
      const bytes = this.chunks[0]
      const at = bytes?.indexOf(newline, searched) ?? -1
      if (at >= 0)
        return this.take(at + 1)
          .toString('latin1')
          .replace(/\r?\n$/, '')
      searched = this.buffered
      if (searched > lineLimit) throw new ConnectionOver('line too long')
      await this.more()
    }
  }

  async readBytes(length: number): Promise<Buffer> {
    while (this.buffered < length) await this.more()
    return this.take(length)
  }

  async write(bytes: Buffer | string): Promise<void> {
    const buffer = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes
    const { cut, pauseMs } = this.pacing
    if (!cut) return await this.writePiece(buffer)
    for (const piece of cut(buffer)) {
      await this.writePiece(piece)
      if (pauseMs > 0) await sleep(pauseMs)
      // Also after a pause: on a busy machine, its timer may fire before the peer has checked its socket.
      await turnOfTheLoop()
    }
  }

  private async writePiece(piece: Buffer): Promise<void> {
    if (!this.socket.writable) throw new ConnectionOver('peer closed')
    if (this.socket.write(piece)) return
    await new Promise<void>((resolve) => {
      const done = () => {
        this.socket.off('drain', done)
        this.socket.off('close', done)
        resolve()
      }
      this.socket.on('drain', done)
      this.socket.on('close', done)
    })
  }

  /** Sends nothing more until the peer gives up. */
  async hang(): Promise<never> {
    while (!this.ended) {
      this.discardInput()
      await this.more()
    }
    throw new ConnectionOver('peer gave up')
  }

  /** Sends pending data, then FIN (and TLS close_notify). */
  close(): void {
    this.ended = true
    if (this.socket.destroyed || !this.socket.writable) {
      this.tcp.destroy()
      return
    }
    this.socket.end()
    // Destroying the socket now would reset the connection if the peer is still sending, and lose the last response.
    const linger = setTimeout(() => this.tcp.destroy(), lingerMs)
    this.tcp.once('close', () => clearTimeout(linger))
  }

  /** Sends RST. Data that the peer has not read yet is lost. */
  reset(): void {
    this.ended = true
    this.tcp.resetAndDestroy()
  }

  destroy(): void {
    this.ended = true
    this.socket.destroy()
    this.tcp.destroy()
  }
}
