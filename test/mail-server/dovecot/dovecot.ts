import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type AccountType, accountTypeFacts } from '../../../lib/mailbox/account-type.ts'
import { freePort } from '../../support/free-port.ts'
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
  /** Users may also log in with tokens from this server. */
  readonly oauth2?: TokenIntrospection
  /** `maildir` by default, the only storage that `deliver` can write directly. */
  readonly storage?: 'maildir' | 'sdbox'
  readonly certificate?: CertificateKind
  readonly authority?: CertificateAuthority
  /** 127.0.0.1 by default. */
  readonly host?: string
  readonly ports?: Partial<Record<Listener, number>>
  /**
   * Kept after `stop`. By default, a temporary directory that is removed. If run as root, its path must be readable for
   * every user.
   */
  readonly directory?: string
}

export { dovecotAvailable }

const startLimitMs = 60_000
const stopLimitMs = 5_000

const listens = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, host)
    socket.once('data', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('close', () => resolve(false))
    socket.once('data', () => socket.destroy())
  })

/** A private Dovecot with its own configuration, directories, ports and certificates. It touches no system service. */
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
    const { protocol, security } = accountTypeFacts[type]
    const listener: Listener = security === 'implicit-tls' ? `${protocol}s` : protocol
    return this.ports[listener]
  }

  async start(executable: string): Promise<void> {
    const { users, storage = 'maildir', certificate = 'valid' } = this.options
    const file = (name: string) => join(this.directory, name)
    // Dovecot's unprivileged processes must reach their sockets and mail through this directory.
    await chmod(this.directory, 0o755)
    for (const name of ['run', 'state', 'mail']) await mkdir(file(name), { recursive: true })
    if (runsAsRoot()) await chown(file('mail'), mailUid, mailUid)
    await chmod(file('mail'), 0o700)
    const { cert, key } = this.authority.servers[certificate]
    await writeFile(file('server.pem'), cert)
    await writeFile(file('server.key'), key, { mode: 0o600 })
    // Base64, because a password may contain a colon, which would end the field.
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
    // If the test process is killed, its Dovecot also ends.
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

  /** Dovecot's log, for the message of a failing test. */
  async log(): Promise<string> {
    return await readFile(join(this.directory, 'dovecot.log'), 'utf8').catch(() => '')
  }

  private async as<Result>(user: string, work: (client: RawImap) => Promise<Result>): Promise<Result> {
    const password = this.options.users.find(({ name }) => name === user)?.password
    if (password === undefined) throw new Error(`no user ${user}`)
    using client = await RawImap.open({ host: this.host, port: this.ports.imap }, user, password)
    return await work(client)
  }

  /** Puts messages into a folder, oldest first. Bare line feeds are stored unchanged and sent as CRLF. */
  async deliver(user: string, messages: Iterable<Buffer>, options: DeliverOptions = {}): Promise<void> {
    const { folder = 'INBOX', flags } = options
    if (this.options.storage !== 'sdbox') this.maildir.deliver(user, messages, options)
    else await this.as(user, (client) => client.append(encodeFolderName(folder), messages, flags))
  }

  async makeFolder(user: string, folder: string): Promise<void> {
    if (this.options.storage !== 'sdbox') this.maildir.makeFolder(user, folder)
    else await this.as(user, (client) => client.command(`CREATE ${quoted(encodeFolderName(folder))}`))
  }

  /** The current number of messages in the folder. */
  async count(user: string, folder = 'INBOX'): Promise<number> {
    return await this.as(user, (client) => client.count(encodeFolderName(folder)))
  }

  /** Removes all messages from the folder. */
  async empty(user: string, folder = 'INBOX'): Promise<void> {
    await this.as(user, (client) => client.empty(encodeFolderName(folder)))
  }

  /** All messages as sent by the server over IMAP, in UID order. */
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

/** Starts a private Dovecot (about 100 ms). @throws Error with Dovecot's own message if it does not start */
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
