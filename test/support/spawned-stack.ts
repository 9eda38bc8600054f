import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { accountTypes } from '../../lib/mailbox/account-type.ts'
import { assembly } from './assembly.ts'
import type { TestStackOptions } from './stack.ts'
import { StackApi } from './stack-api.ts'

const start = fileURLToPath(new URL('../../local/start.mjs', import.meta.url))
const readyWithinMs = 90_000

/** The processes of `npm start`, as a separate process with a data folder of the test. */
export class SpawnedStack implements AsyncDisposable {
  readonly api: StackApi
  readonly url: string
  readonly tokenFile: string
  readonly #child: ChildProcess
  readonly #said: { text: string }

  private constructor(child: ChildProcess, said: { text: string }, url: string, data: string) {
    this.#child = child
    this.#said = said
    this.url = url
    this.tokenFile = join(data, 'token')
    this.api = new StackApi(url, readFileSync(this.tokenFile, 'utf8').trim())
  }

  static async start(data: string, servers: NonNullable<TestStackOptions['servers']>): Promise<SpawnedStack> {
    const ports = servers.flatMap((server) => accountTypes.map((type) => server.port(type)))
    const sets = ['AllowPrivateAddresses=true', `ExtraMailPorts=${[...new Set(ports)].join(',')}`]
    const args = ['--app', await assembly(), '--data', data, '--port', '0', '--no-schedule']
    const child = spawn(process.execPath, [start, ...args, ...sets.flatMap((set) => ['--set', set])], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1' },
    })
    const said = { text: '' }
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        said.text += String(chunk)
      })
    }
    for (const until = Date.now() + readyWithinMs; Date.now() < until; ) {
      const url = /Ready in .*?(http:\/\/127\.0\.0\.1:\d+)/.exec(said.text)?.[1]
      if (url !== undefined) return new SpawnedStack(child, said, url, data)
      if (child.exitCode !== null) break
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    child.kill('SIGKILL')
    throw new Error(`the stack did not start: ${said.text}`)
  }

  /** The standard output and standard error so far. */
  get said(): string {
    return this.#said.text
  }

  /** Ends the process like a power failure. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM')
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const gone = new Promise((resolve) => this.#child.once('close', resolve))
    this.#child.kill(signal)
    await gone
    const denied = this.said.split('\n').filter((line) => line.includes('was denied a call'))
    if (denied.length > 0) throw new Error(`Roles denied these calls:\n${denied.join('\n')}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
  }
}
