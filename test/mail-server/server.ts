import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createSecureContext, type SecureContextOptions } from 'node:tls'
import { type AccountType, accountTypeFacts } from '../../lib/mailbox/account-type.ts'
import { type CertificateAuthority, type CertificateKind, createCertificates } from './certificates.ts'
import type { Fault } from './faults.ts'
import { folderCommands } from './imap/folder-commands.ts'
import { ImapSession } from './imap/imap-session.ts'
import { loginCommands } from './imap/login-commands.ts'
import { messageCommands } from './imap/message-commands.ts'
import { MailUser } from './mailboxes.ts'
import { type Listener, type MailServerOptions, noQuirks, type Quirks } from './options.ts'
import { pop3Commands } from './pop3/pop3-commands.ts'
import { Pop3Session } from './pop3/pop3-session.ts'
import type { ServerState, TranscriptEntry } from './session.ts'
import { Wire } from './wire.ts'

const listeners: readonly Listener[] = ['imap', 'imaps', 'pop3', 'pop3s']
const imapCommands = { anyState: loginCommands, loggedIn: { ...folderCommands, ...messageCommands } }

/** A running server. Everything in it can be read and changed while sessions run. */
export class MailServer implements ServerState, AsyncDisposable {
  readonly users: ReadonlyMap<string, MailUser>
  readonly authority: CertificateAuthority
  readonly host: string
  readonly ports: Record<Listener, number> = { imap: 0, imaps: 0, pop3: 0, pop3s: 0 }
  quirks: Quirks
  faults: Fault[]
  certificate: CertificateKind
  /** TLS options in addition to certificate and key: versions and ciphers that no client should accept. */
  tls: SecureContextOptions = {}
  /** All received commands, in order. Contains passwords and tokens, for tests only. */
  readonly transcript: TranscriptEntry[] = []
  /** The number of connections so far. */
  sessionCount = 0
  private readonly wires = new Set<Wire>()
  private readonly servers: Server[] = []
  private readonly failures: unknown[] = []

  constructor(options: MailServerOptions, authority: CertificateAuthority) {
    this.users = new Map(options.users.map((seed) => [seed.name, new MailUser(seed)]))
    this.authority = authority
    this.host = options.host ?? '127.0.0.1'
    this.quirks = { ...noQuirks, ...options.quirks }
    this.faults = [...(options.faults ?? [])]
    this.certificate = options.certificate ?? 'valid'
  }

  /** PEM of the throw-away authority, for an account's custom CA. */
  get caPem(): string {
    return this.certificate === 'self-signed' ? this.authority.servers['self-signed'].cert : this.authority.caPem
  }

  /** The number of open connections. */
  get openSessions(): number {
    return this.wires.size
  }

  port(type: AccountType): number {
    const { protocol, security } = accountTypeFacts[type]
    const listener: Listener = security === 'implicit-tls' ? `${protocol}s` : protocol
    return this.ports[listener]
  }

  user(name: string): MailUser {
    const user = this.users.get(name)
    if (!user) throw new Error(`no user ${name}`)
    return user
  }

  /** The names of the received commands, e.g. `['CAPABILITY', 'LOGIN']`, optionally only those of one session. */
  commandNames(session?: number): string[] {
    return this.transcript.filter((entry) => session === undefined || entry.session === session).map(({ name }) => name)
  }

  secureContext() {
    const { cert, key } = this.authority.servers[this.certificate]
    return createSecureContext({ cert, key, ...this.tls })
  }

  async listen(ports: Partial<Record<Listener, number>> = {}): Promise<void> {
    for (const listener of listeners) {
      const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => this.serve(listener, socket))
      this.servers.push(server)
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen(ports[listener] ?? 0, this.host, resolve)
      })
      this.ports[listener] = (server.address() as AddressInfo).port
    }
  }

  private serve(listener: Listener, socket: Socket): void {
    const wire = new Wire(socket)
    this.wires.add(wire)
    socket.once('close', () => this.wires.delete(wire))
    this.sessionCount += 1
    const session = listener.startsWith('imap')
      ? new ImapSession(this.sessionCount, wire, this, imapCommands)
      : new Pop3Session(this.sessionCount, wire, this, pop3Commands)
    session.run(listener.endsWith('s')).catch((error: unknown) => {
      this.failures.push(error)
      wire.destroy()
    })
  }

  /** Resets every open connection, as a crashing server does, and continues to listen. */
  dropConnections(): void {
    for (const wire of this.wires) wire.reset()
  }

  /**
   * Ends everything. Throws if a session failed because of a bug in this server, so that no test passes by accident.
   */
  async stop(): Promise<void> {
    for (const wire of this.wires) wire.destroy()
    await Promise.all(this.servers.map((server) => new Promise((resolve) => server.close(resolve))))
    if (this.failures.length > 0) throw new AggregateError(this.failures, 'the test mail server itself failed')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }
}

/** Starts a server for all six transports on random ports. Every user has an INBOX. */
export async function startMailServer(options: MailServerOptions): Promise<MailServer> {
  const server = new MailServer(options, options.authority ?? (await createCertificates()))
  await server.listen(options.ports)
  return server
}
