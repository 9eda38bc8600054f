import { connect, type Socket } from 'node:net'

/** Reads a socket by lines and lengths, which is all that a raw client needs. */
export class LineReader implements Disposable {
  readonly socket: Socket
  #received: Buffer[] = []
  #length = 0
  #over: Error | undefined
  #wake: (() => void) | undefined

  constructor(host: string, port: number) {
    this.socket = connect({ host, port, noDelay: true })
    this.socket.on('data', (chunk) => {
      this.#received.push(chunk)
      this.#length += chunk.length
      this.#wake?.()
    })
    const end = (error?: Error) => {
      this.#over ??= error ?? new Error('the server closed the connection')
      this.#wake?.()
    }
    this.socket.on('error', end)
    this.socket.on('close', () => end())
  }

  /** Reads a line and returns it without its CRLF. */
  async line(): Promise<string> {
    for (;;) {
      const joined = this.#joined()
      const end = joined.indexOf('\r\n')
      if (end >= 0) return this.#take(end + 2).toString('latin1', 0, end)
      await this.#more()
    }
  }

  async bytes(length: number): Promise<Buffer> {
    while (this.#length < length) await this.#more()
    return this.#take(length)
  }

  /** Reads up to `end` and returns the bytes before it. The search skips the first `least` bytes. */
  async until(end: string, least: number): Promise<Buffer> {
    while (this.#length < least + end.length) await this.#more()
    for (;;) {
      const joined = this.#joined()
      const at = joined.indexOf(end, least)
      if (at >= 0) return this.#take(at + end.length).subarray(0, at)
      await this.#more()
    }
  }

  [Symbol.dispose](): void {
    this.socket.destroy()
  }

  async #more(): Promise<void> {
    if (this.#over) throw this.#over
    await new Promise<void>((resolve) => {
      this.#wake = resolve
    })
    this.#wake = undefined
  }

  #joined(): Buffer {
    const [only] = this.#received
    if (only && this.#received.length === 1) return only
    const joined = Buffer.concat(this.#received, this.#length)
    this.#received = [joined]
    return joined
  }

  #take(length: number): Buffer {
    const joined = this.#joined()
    this.#received = length === joined.length ? [] : [joined.subarray(length)]
    this.#length -= length
    return joined.subarray(0, length)
  }
}
