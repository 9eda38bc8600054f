import { connect, type Socket } from 'node:net'

/**
 * The smallest IMAP client that can prepare and check a mailbox over an unencrypted connection. It is independent of
 * the libraries under test and of their byte-for-byte guarantees. It throws on failures. Send one command at a time.
 */
export class RawImap implements Disposable {
  private readonly socket: Socket
  private received: Buffer = Buffer.alloc(0)
  private over: Error | undefined
  private wake: (() => void) | undefined
  private tags = 0

  private constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (chunk) => {
      this.received = this.received.length === 0 ? chunk : Buffer.concat([this.received, chunk])
      this.wake?.()
    })
    const end = (error?: Error) => {
      this.over ??= error ?? new Error('the server closed the connection')
      this.wake?.()
    }
    socket.on('error', end)
    socket.on('close', () => end())
  }

  static async open(to: { host: string; port: number }, user: string, password: string): Promise<RawImap> {
    // A separate address, so that limits per client address do not include this connection.
    const client = new RawImap(connect({ ...to, localAddress: '127.0.0.2', noDelay: true }))
    await client.response()
    await client.command(`LOGIN ${quoted(user)} ${quoted(password)}`)
    return client
  }

  /** @returns one response with its literals in place of their headers, and the literals separately */
  private async response(): Promise<{ text: string; literals: Buffer[] }> {
    const literals: Buffer[] = []
    let text = ''
    for (;;) {
      const end = await this.until(() => this.received.indexOf('\r\n'))
      const line = this.take(end + 2)
        .toString('latin1')
        .slice(0, -2)
      const literal = /\{(\d+)\}$/.exec(line)
      text += line
      if (!literal) return { text, literals }
      const size = Number(literal[1])
      await this.until(() => (this.received.length >= size ? size : -1))
      literals.push(Buffer.from(this.take(size)))
    }
  }

  private async until(position: () => number): Promise<number> {
    for (;;) {
      const found = position()
      if (found >= 0) return found
      if (this.over) throw this.over
      await new Promise<void>((resolve) => {
        this.wake = resolve
      })
    }
  }

  private take(length: number): Buffer {
    const bytes = this.received.subarray(0, length)
    this.received = this.received.subarray(length)
    return bytes
  }

  private async answer(tag: string): Promise<{ text: string; literals: Buffer[] }[]> {
    const untagged: { text: string; literals: Buffer[] }[] = []
    for (;;) {
      const response = await this.response()
      if (response.text.startsWith(`${tag} OK`)) return untagged
      if (response.text.startsWith(`${tag} `)) throw new Error(`refused: ${response.text}`)
      untagged.push(response)
    }
  }

  async command(line: string): Promise<{ text: string; literals: Buffer[] }[]> {
    this.tags += 1
    this.socket.write(`r${this.tags} ${line}\r\n`)
    return await this.answer(`r${this.tags}`)
  }

  /** Sends all messages without waiting in between (LITERAL+, RFC 7888). `folder` is the encoded name. */
  async append(folder: string, messages: Iterable<Buffer>, flags: readonly string[] = []): Promise<void> {
    const list = flags.length > 0 ? `(${flags.join(' ')}) ` : ''
    const tags: string[] = []
    for (const bytes of messages) {
      this.tags += 1
      tags.push(`r${this.tags}`)
      this.socket.write(`r${this.tags} APPEND ${quoted(folder)} ${list}{${bytes.length}+}\r\n`)
      this.socket.write(bytes)
      this.socket.write('\r\n')
    }
    for (const tag of tags) await this.answer(tag)
  }

  async count(folder: string): Promise<number> {
    const answers = await this.command(`STATUS ${quoted(folder)} (MESSAGES)`)
    const messages = answers.map(({ text }) => /MESSAGES (\d+)/.exec(text)?.[1]).find((count) => count !== undefined)
    if (messages === undefined) throw new Error('STATUS without MESSAGES')
    return Number(messages)
  }

  /** @returns all messages as sent by the server, in UID order */
  async read(folder: string): Promise<Buffer[]> {
    await this.command(`EXAMINE ${quoted(folder)}`)
    const rows = await this.command('UID FETCH 1:* (BODY.PEEK[])')
    return rows.flatMap(({ literals }) => literals)
  }

  async empty(folder: string): Promise<void> {
    await this.command(`SELECT ${quoted(folder)}`)
    await this.command('UID STORE 1:* +FLAGS.SILENT (\\Deleted)')
    await this.command('EXPUNGE')
  }

  close(): void {
    this.socket.destroy()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}

export const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`
