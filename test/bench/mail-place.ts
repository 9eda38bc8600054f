import { createHash } from 'node:crypto'
import { accessSync, chmodSync, constants, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Dovecot, startDovecot } from '../mail-server/dovecot/dovecot.ts'
import { type Proxy as DelayingProxy, startProxy } from '../mail-server/proxy.ts'
import type { Assignment } from './assignment.ts'
import type { Case } from './cases.ts'
import { collectRawImap } from './clients/raw-imap.ts'

const password = 'bench-password'
const users = ['imap', 'pop3'].flatMap((protocol) => [0, 40].map((delay) => `${protocol}-${delay}`))

/** In memory if the system has such a folder, because disks differ more than mail clients do. */
const memoryFolder = (): string => {
  try {
    accessSync('/dev/shm', constants.W_OK)
    return '/dev/shm'
  } catch {
    return tmpdir()
  }
}

/** The benchmark's mail server, with and without a delaying proxy, and the folders to which clients write mail. */
export class MailPlace {
  readonly #root: string
  readonly #dovecot: Dovecot
  readonly #proxies: Readonly<Record<Case['protocol'], DelayingProxy>>

  private constructor(root: string, dovecot: Dovecot, proxies: Readonly<Record<Case['protocol'], DelayingProxy>>) {
    this.#root = root
    this.#dovecot = dovecot
    this.#proxies = proxies
  }

  static async start(): Promise<MailPlace> {
    const root = mkdtempSync(join(memoryFolder(), 'postmaster-bench-'))
    // Other collectors access their folder below it as another user.
    chmodSync(root, 0o711)
    const dovecot = await startDovecot({
      users: users.map((name) => ({ name, password })),
      directory: `${root}-server`,
    })
    const proxyOf = (type: 'IMAP' | 'POP3') => startProxy({ to: { port: dovecot.port(type) }, delayMs: 40 })
    return new MailPlace(root, dovecot, { imap: await proxyOf('IMAP'), pop3: await proxyOf('POP3') })
  }

  /** Every port to which a client may connect. */
  get ports(): number[] {
    const { imap, pop3 } = this.#proxies
    return [this.#dovecot.port('IMAP'), this.#dovecot.port('POP3'), imap.port, pop3.port]
  }

  /** Fills the case's mailbox and creates an empty folder for the collected messages. */
  async prepare({ protocol, delay }: Case, messages: readonly Buffer[]): Promise<Assignment> {
    const user = `${protocol}-${delay}`
    await this.#dovecot.deliver(user, messages)
    const proxy = this.#proxies[protocol]
    proxy.resetCounts()
    return {
      protocol,
      host: '127.0.0.1',
      port: delay === 0 ? this.#dovecot.port(protocol === 'imap' ? 'IMAP' : 'POP3') : proxy.port,
      user,
      password,
      folder: mkdtempSync(join(this.#root, 'collected-')),
    }
  }

  /** The number since `prepare`, including TCP handshakes. Undefined if there is no proxy. */
  roundTrips({ protocol, delay }: Case): number | undefined {
    const { roundTrips, connections } = this.#proxies[protocol].counts
    return delay === 0 ? undefined : roundTrips + connections
  }

  /** @throws Error unless the mailbox is empty and the folder contains exactly these messages, byte for byte */
  async check({ user, folder }: Assignment, messages: readonly Buffer[]): Promise<void> {
    const left = await this.left(user)
    if (left > 0) throw new Error(`${left} messages are still on the server`)
    const wanted = messages.map(digest).sort()
    const found = readdirSync(folder)
      .map((name) => digest(readFileSync(join(folder, name))))
      .sort()
    if (found.length !== wanted.length || found.some((one, index) => one !== wanted[index]))
      throw new Error(`${found.length} messages arrived of ${wanted.length}, or some of them differ`)
    this.tidy(folder)
  }

  /** The number of messages that are now on the server. */
  async left(user: string): Promise<number> {
    return await this.#dovecot.count(user)
  }

  /** Empties the mailbox, so that messages that a failed client left are not attributed to the next client. */
  async empty({ user }: Assignment): Promise<void> {
    if ((await this.#dovecot.count(user)) === 0) return
    const folder = mkdtempSync(join(this.#root, 'left-'))
    await collectRawImap({
      protocol: 'imap',
      host: '127.0.0.1',
      port: this.#dovecot.port('IMAP'),
      user,
      password,
      folder,
    })
    this.tidy(folder)
  }

  tidy(folder: string): void {
    rmSync(folder, { recursive: true, force: true })
  }

  async stop(): Promise<void> {
    for (const proxy of Object.values(this.#proxies)) await proxy.stop()
    await this.#dovecot.stop()
    for (const folder of [this.#root, `${this.#root}-server`]) rmSync(folder, { recursive: true, force: true })
  }
}

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
