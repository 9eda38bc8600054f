import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import { freePort } from '../support/free-port.ts'
import { serverPath } from './available.ts'
import { ownData, siteConfiguration } from './configuration.ts'

const host = '127.0.0.1'
const password = 'root-password'
const startLimitMs = 60_000

export interface Ticket {
  readonly id: string
  readonly subject: string
  readonly queue: string
  /** How many mails the ticket has received. */
  readonly mails: number
}

/** A real Request Tracker 5 with an SQLite database in a folder of its own. It does not touch any system service. */
export class RequestTracker implements AsyncDisposable {
  readonly #folder: string
  readonly #port: number
  readonly #env: Readonly<Record<string, string>>
  #server: ChildProcess | undefined

  private constructor(folder: string, port: number) {
    this.#folder = folder
    this.#port = port
    this.#env = {
      PATH: process.env.PATH ?? '',
      RT_SITE_CONFIG: join(folder, 'RT_SiteConfig.pm'),
      RT_SITE_CONFIG_DIR: join(folder, 'etc'),
      TMPDIR: join(folder, 'tmp'),
    }
  }

  /** Creates the database, which takes several seconds, and starts the server. */
  static async start(): Promise<RequestTracker> {
    const folder = await mkdtemp(join(tmpdir(), 'rt-'))
    const tracker = new RequestTracker(folder, await freePort(host))
    const file = (name: string) => join(folder, name)
    try {
      for (const name of ['var', 'mason', 'sessions', 'etc', 'tmp']) await mkdir(file(name))
      await writeFile(file('RT_SiteConfig.pm'), siteConfiguration(folder, tracker.#port))
      await writeFile(file('root-password'), `${password}\n`)
      await writeFile(file('own-data'), ownData)
      tracker.#setUpDatabase('init', '--force', '--root-password-file', file('root-password'))
      tracker.#setUpDatabase('insert', '--datafile', file('own-data'))
      await tracker.startServer()
      return tracker
    } catch (error) {
      await tracker[Symbol.asyncDispose]()
      throw error
    }
  }

  #setUpDatabase(action: string, ...options: readonly string[]): void {
    const args = ['--action', action, ...options]
    const { status, stdout, stderr } = spawnSync('rt-setup-database-5', args, { env: this.#env, encoding: 'utf8' })
    if (status !== 0) throw new Error(`rt-setup-database-5 ${action}: exit code ${status}\n${stdout}${stderr}`)
  }

  get url(): string {
    return `http://${host}:${this.#port}`
  }

  /** The argument vector of RT's own command that reads one mail from standard input. */
  mailgate(queue: string): string[] {
    return ['rt-mailgate-5', '--debug', '--url', this.url, '--queue', queue, '--action', 'correspond']
  }

  /** @param develMode whether RT tells rt-mailgate the number of the ticket, which it does not by default */
  async startServer({ develMode = false } = {}): Promise<void> {
    const log = await open(join(this.#folder, 'rt.log'), 'a')
    const args = ['--host', host, '--port', String(this.#port), '--max-workers', '0']
    // If the test process is killed, its RT also ends.
    const child = spawn('setpriv', ['--pdeathsig', 'TERM', serverPath, ...args], {
      env: { ...this.#env, RT_TEST_DEVEL_MODE: develMode ? '1' : '0' },
      stdio: ['ignore', log.fd, log.fd],
    })
    await log.close()
    this.#server = child
    for (const end = performance.now() + startLimitMs; performance.now() < end; await sleep(50)) {
      if (child.exitCode !== null) break
      if (await listens(this.#port)) return
    }
    await this.stopServer()
    throw new Error(`Request Tracker did not start: ${await readFile(join(this.#folder, 'rt.log'), 'utf8')}`)
  }

  async stopServer(): Promise<void> {
    const child = this.#server
    this.#server = undefined
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGTERM')
    const limit = new AbortController()
    const late = sleep(5_000, undefined, { signal: limit.signal }).then(
      () => child.kill('SIGKILL'),
      () => undefined,
    )
    await gone
    limit.abort()
    await late
  }

  /** Every ticket, oldest first, as RT's own REST interface reports them. */
  async tickets(): Promise<Ticket[]> {
    const { items } = await this.#rest(
      'tickets?query=id%3E0&orderby=id&per_page=100&fields=Subject,Queue&fields[Queue]=Name',
      ticketsSchema,
    )
    const tickets: Ticket[] = []
    for (const { id, Subject, Queue } of items) {
      const history = await this.#rest(`ticket/${id}/history?per_page=100&fields=Type`, historySchema)
      const mails = history.items.filter(({ Type }) => Type === 'Create' || Type === 'Correspond').length
      tickets.push({ id, subject: Subject, queue: Queue.Name, mails })
    }
    return tickets
  }

  async #rest<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    const authorization = `Basic ${Buffer.from(`root:${password}`).toString('base64')}`
    const response = await fetch(`${this.url}/REST/2.0/${path}`, { headers: { authorization } })
    if (!response.ok) throw new Error(`Request Tracker answers ${response.status} to ${path}`)
    return schema.parse(await response.json())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopServer()
    await rm(this.#folder, { recursive: true, force: true })
  }
}

const ticketsSchema = z.object({
  items: z.array(z.object({ id: z.coerce.string(), Subject: z.string(), Queue: z.object({ Name: z.string() }) })),
})
const historySchema = z.object({ items: z.array(z.object({ Type: z.string() })) })

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, host)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
