import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type AccountType, accountTypeFacts } from '../../../lib/accounts/account-type.ts'
import { type CertificateAuthority, type CertificateKind, createCertificates } from '../certificates.ts'
import { encodeFolderName } from '../modified-utf7.ts'
import type { Listener, UserSeed } from '../options.ts'
import { quoted, RawImap } from '../raw-imap.ts'
import { dovecotAvailable } from './available.ts'
import { type ConfigOptions, dovecotConfig, mailUid, runsAsRoot } from './config.ts'
import { type DeliverOptions, Maildir } from './maildir.ts'
import { oauth2Files, type TokenIntrospection } from './oauth2.ts'

export interface DovecotOptions extends Pick<ConfigOptions, 'imapCapability' | 'maxUserIpConnections' | 'settings'> {
  readonly users: readonly UserSeed[]
  /** Users may log in with its tokens too. */
  readonly oauth2?: TokenIntrospection
  /** `maildir` by default: the only one `deliver` can write without asking the server. */
  readonly storage?: 'maildir' | 'sdbox'
  readonly certificate?: CertificateKind
  readonly authority?: CertificateAuthority
  /** 127.0.0.1 by default. */
  readonly host?: string
  readonly ports?: Partial<Record<Listener, number>>
  /**
   * Kept after `stop`; by default a temporary one that is removed. Its path must be readable for every user when run as
   * root.
   */
  readonly directory?: string
}

export { dovecotAvailable }

const startLimitMs = 60_000
const stopLimitMs = 5_000

/**
 * Below the range from which Linux takes the ports of outgoing connections and of servers that ask for port 0: one of
 * those could be taken by another test between the look for it and Dovecot's start.
 */
const portRange = { from: 10_000, to: 30_000 }

async function freePort(host: string): Promise<number> {
  for (;;) {
    const port = randomInt(portRange.from, portRange.to)
    const server = createServer().listen(port, host)
    const free = await once(server, 'listening').then(
      () => true,
      () => false,
    )
    if (!free) continue
    server.close()
    await once(server, 'close')
    return port
  }
}

const listens = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, host)
    socket.once('data', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('close', () => resolve(false))
    socket.once('data', () => socket.destroy())
  })

/** A private Dovecot: own configuration, directories, ports and certificates; no service of the machine is touched. */
export class Dovecot implements AsyncDisposable {
  readonly host: string
  readonly ports: Readonly<Record<Listener, number>>
  readonly authority: CertificateAuthority
  readonly directory: string
  private readonly options: DovecotOptions
  private readonly maildir: Maildir
  private process: ChildProcess | undefined

  constructor(
    options: DovecotOptions,
    place: { authority: CertificateAuthority; directory: string; ports: Record<Listener, number> },
  ) {
    this.options = options
    this.host = options.host ?? '127.0.0.1'
    this.ports = place.ports
    this.authority = place.authority
    this.directory = place.directory
    this.maildir = new Maildir(join(place.directory, 'mail'))
  }

  /** PEM of the throw-away authority. */
  get caPem(): string {
    const { certificate } = this.options
    return certificate === 'self-signed' ? this.authority.servers['self-signed'].cert : this.authority.caPem
  }

  port(type: AccountType): number {
    const { protocol, security } = accountTypeFacts(type)
    const listener: Listener = security === 'implicit-tls' ? `${protocol}s` : protocol
    return this.ports[listener]
  }

  async start(executable: string): Promise<void> {
    const { users, storage = 'maildir', certificate = 'valid' } = this.options
    const file = (name: string) => join(this.directory, name)
    // Dovecot's unprivileged processes must reach their sockets and mail through it.
    await chmod(this.directory, 0o755)
    for (const name of ['run', 'state', 'mail']) await mkdir(file(name), { recursive: true })
    if (runsAsRoot()) await chown(file('mail'), mailUid, mailUid)
    await chmod(file('mail'), 0o700)
    const { cert, key } = this.authority.servers[certificate]
    await writeFile(file('server.pem'), cert)
    await writeFile(file('server.key'), key, { mode: 0o600 })
    // Base64, since a password may hold the colon that ends it.
    const coded = (password: string) => Buffer.from(password).toString('base64')
    const passwords = users.map(({ name, password }) => `${name}:{PLAIN.b64}${coded(password)}\n`)
    await writeFile(file('users'), passwords.join(''), { mode: 0o600 })
    const { oauth2 } = this.options
    for (const [name, text] of oauth2 ? oauth2Files(oauth2) : []) await writeFile(file(name), text, { mode: 0o600 })
    const place = { directory: this.directory, ports: this.ports, host: this.host }
    const config = { ...this.options, ...place, storage, withTokens: oauth2 !== undefined }
    await writeFile(file('dovecot.conf'), dovecotConfig(config))
    await this.launch(executable)
    for (const { name, folders } of users) for (const folder of folders ?? []) await this.makeFolder(name, folder)
  }

  private async launch(executable: string): Promise<void> {
    const args = ['-F', '-c', join(this.directory, 'dovecot.conf')]
    // A test process that is killed takes its Dovecot with it.
    const guard = spawnSync('setpriv', ['--version']).error ? [] : ['setpriv', '--pdeathsig', 'TERM']
    const [command = executable, ...rest] = [...guard, executable, ...args]
    const child = spawn(command, rest, { stdio: ['ignore', 'ignore', 'pipe'] })
    this.process = child
    let complaint = ''
    child.stderr?.on('data', (chunk) => {
      complaint += String(chunk)
    })
    for (const end = performance.now() + startLimitMs; performance.now() < end; await sleep(20)) {
      if (child.exitCode !== null) break
      if ((await listens(this.host, this.ports.imap)) && (await listens(this.host, this.ports.pop3))) return
    }
    await this.stop()
    throw new Error(`Dovecot did not start: ${complaint}${await this.log()}`)
  }

  /** What Dovecot logged, for a failing test's message. */
  async log(): Promise<string> {
    return await readFile(join(this.directory, 'dovecot.log'), 'utf8').catch(() => '')
  }

  private async as<Result>(user: string, work: (client: RawImap) => Promise<Result>): Promise<Result> {
    const password = this.options.users.find(({ name }) => name === user)?.password
    if (password === undefined) throw new Error(`no user ${user}`)
    using client = await RawImap.open({ host: this.host, port: this.ports.imap }, user, password)
    return await work(client)
  }

  /** Puts messages into a folder, oldest first; bare line feeds stay as they are on disk, and are sent as CRLF. */
  async deliver(user: string, messages: Iterable<Buffer>, options: DeliverOptions = {}): Promise<void> {
    const { folder = 'INBOX', flags } = options
    if (this.options.storage !== 'sdbox') this.maildir.deliver(user, messages, options)
    else await this.as(user, (client) => client.append(encodeFolderName(folder), messages, flags))
  }

  async makeFolder(user: string, folder: string): Promise<void> {
    if (this.options.storage !== 'sdbox') this.maildir.makeFolder(user, folder)
    else await this.as(user, (client) => client.command(`CREATE ${quoted(encodeFolderName(folder))}`))
  }

  /** Messages in the folder now. */
  async count(user: string, folder = 'INBOX'): Promise<number> {
    return await this.as(user, (client) => client.count(encodeFolderName(folder)))
  }

  /** Removes every message of the folder. */
  async empty(user: string, folder = 'INBOX'): Promise<void> {
    await this.as(user, (client) => client.empty(encodeFolderName(folder)))
  }

  /** Every message as the server sends it over IMAP, in UID order. */
  async read(user: string, folder = 'INBOX'): Promise<Buffer[]> {
    return await this.as(user, (client) => client.read(encodeFolderName(folder)))
  }

  async stop(): Promise<void> {
    const child = this.process
    this.process = undefined
    if (child && child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await Promise.race([gone, sleep(stopLimitMs, undefined, { ref: false }).then(() => child.kill('SIGKILL'))])
      await gone
    }
    if (this.options.directory === undefined) await rm(this.directory, { recursive: true, force: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }
}

/** Starts a private Dovecot (some 100 ms). Throws with Dovecot's own words when it does not come up. */
export async function startDovecot(options: DovecotOptions): Promise<Dovecot> {
  const { available, path, reason } = dovecotAvailable()
  if (!available) throw new Error(reason)
  const host = options.host ?? '127.0.0.1'
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'dovecot-')))
  await mkdir(directory, { recursive: true })
  const ports = {
    imap: options.ports?.imap ?? (await freePort(host)),
    imaps: options.ports?.imaps ?? (await freePort(host)),
    pop3: options.ports?.pop3 ?? (await freePort(host)),
    pop3s: options.ports?.pop3s ?? (await freePort(host)),
  }
  const authority = options.authority ?? (await createCertificates())
  const dovecot = new Dovecot(options, { authority, directory, ports })
  await dovecot.start(path)
  return dovecot
}
