import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Credentials } from '../emulators/signed-calls/access-keys.ts'
import type { ServiceEndpoints } from '../emulators/start-emulators.ts'
import { functionEnvironment } from './environment.ts'
import type { FunctionSettings } from './function-settings.ts'
import type { Invocation, InvocationOutcome } from './invocation.ts'
import { RuntimeApi } from './runtime-api.ts'

const bootstrap = fileURLToPath(new URL('./bootstrap.mjs', import.meta.url))

/**
 * Lambda allows 10 s before the function's own timeout applies. A busy machine that starts many processes needs more.
 */
const initLimitMs = 60_000
const memoryCheckMs = 100
const mebibyte = 1024 * 1024

export interface ProcessPlace {
  readonly region: string
  readonly endpoints: ServiceEndpoints
  readonly credentials: Credentials
  readonly temporaryFolder: string
  readonly onLine: (line: string) => void
}

/** A sandbox: a Node process that runs one invocation at a time, is frozen afterwards, and is reused. */
export class FunctionProcess {
  readonly #settings: FunctionSettings
  readonly #place: ProcessPlace
  readonly #folder: string
  readonly #logStream: string
  readonly #api: RuntimeApi
  #child: ChildProcess | undefined
  #onEnd: (outcome: InvocationOutcome) => void = () => undefined
  #gone: Promise<void> = Promise.resolve()
  #killedFor: InvocationOutcome | undefined
  #alive = false
  /** Whether the process has answered an invocation. It then waits for a byte before it requests the next one. */
  #frozen = false

  constructor(settings: FunctionSettings, place: ProcessPlace, name: string) {
    this.#settings = settings
    this.#place = place
    this.#folder = join(place.temporaryFolder, name)
    this.#logStream = `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${name}`
    this.#api = new RuntimeApi((outcome) => this.#onEnd(outcome))
  }

  get pid(): number {
    return this.#child?.pid ?? 0
  }

  get alive(): boolean {
    return this.#alive
  }

  /**
   * Starts the process and waits until it requests work.
   * @returns the failure if the process does not get that far
   */
  async start(): Promise<InvocationOutcome | undefined> {
    const runtimeApi = await this.#api.start()
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    const failure = new Promise<InvocationOutcome>((resolve) => {
      this.#onEnd = resolve
    })
    this.#spawn(runtimeApi)
    const timer = setTimeout(
      () => this.#kill(failed('timeout', 'Sandbox.Timedout', 'The function did not start in time.')),
      initLimitMs,
    )
    const outcome = await Promise.race([this.#api.asked().then(() => undefined), failure])
    clearTimeout(timer)
    if (outcome !== undefined) await this.stop()
    return outcome
  }

  /** Runs one invocation until it ends for any reason. */
  async invoke(invocation: Invocation): Promise<{ outcome: InvocationOutcome; peakBytes: number | undefined }> {
    const limit = this.#settings.memoryMb * mebibyte
    let peak: number | undefined
    const overLimit = (): boolean => {
      peak = peakMemory(this.pid) ?? peak
      return peak !== undefined && peak > limit
    }
    const tooMuch = (): InvocationOutcome =>
      failed(
        'out-of-memory',
        'Runtime.OutOfMemory',
        `RequestId: ${invocation.requestId} Error: Runtime exited with error: signal: killed`,
      )
    const ended = new Promise<InvocationOutcome>((resolve) => {
      this.#onEnd = resolve
    })
    forgetPeak(this.pid)
    const seconds = (this.#settings.timeoutMs / 1000).toFixed(2)
    const onTimeout = (): void =>
      this.#kill(
        failed('timeout', 'Sandbox.Timedout', `${invocation.requestId} Task timed out after ${seconds} seconds`),
      )
    const timeout = setTimeout(onTimeout, invocation.deadline - Date.now())
    const memory = setInterval(() => overLimit() && this.#kill(tooMuch()), memoryCheckMs)
    this.#thaw()
    const answered = this.#api.asked().then(() => this.#api.give(invocation))
    let outcome = await Promise.race([answered, ended])
    // The process responded, but it may have exceeded its limit between two checks.
    if (overLimit() && this.#alive) {
      outcome = tooMuch()
      this.#kill(outcome)
    }
    clearTimeout(timeout)
    clearInterval(memory)
    // The process freezes itself. One that was killed has to end first, so that it is not reused.
    if (this.#killedFor !== undefined) await this.#gone
    this.#frozen = true
    return { outcome, peakBytes: peak }
  }

  /** Ends the process immediately and waits until it has ended. */
  async stop(): Promise<void> {
    this.kill()
    await this.#gone
  }

  kill(): void {
    this.#child?.kill('SIGKILL')
  }

  #thaw(): void {
    if (!this.#frozen) return
    this.#frozen = false
    const wake = this.#child?.stdio[4]
    if (wake && 'write' in wake) wake.write('.')
  }

  #kill(reason: InvocationOutcome): void {
    this.#killedFor ??= reason
    this.kill()
  }

  #spawn(runtimeApi: string): void {
    const { region, endpoints, credentials } = this.#place
    // Lambda's own runtime uses nine tenths of the memory for the old generation.
    const heap = `--max-old-space-size=${Math.floor(this.#settings.memoryMb * 0.9)}`
    const child = spawn(process.execPath, [heap, bootstrap], {
      cwd: this.#settings.codeFolder,
      env: functionEnvironment(this.#settings, {
        region,
        endpoints,
        credentials,
        runtimeApi,
        logStream: this.#logStream,
        temporaryFolder: this.#folder,
      }),
      // Descriptor 3 tells the process that the runner has ended, and descriptor 4 ends its freeze.
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
      // Ctrl-C in the terminal reaches only the runner, which ends its processes itself.
      detached: process.platform !== 'win32',
    })
    this.#child = child
    this.#alive = true
    // If the process has ended, its end is the outcome, and the byte for it is lost.
    child.stdio[4]?.on('error', () => undefined)
    let heapExhausted = false
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue
      createInterface({ input: stream }).on('line', (line) => {
        heapExhausted ||= line.includes('JavaScript heap out of memory')
        this.#place.onLine(line)
      })
    }
    this.#gone = new Promise((resolve) => {
      const ended = (code: number | null, signal: string | null): void => {
        this.#alive = false
        const how = signal === null ? `exit status ${code}` : `signal: ${signal === 'SIGKILL' ? 'killed' : signal}`
        const crash = failed(
          heapExhausted ? 'out-of-memory' : 'crash',
          heapExhausted ? 'Runtime.OutOfMemory' : 'Runtime.ExitError',
          `Runtime exited with error: ${how}`,
        )
        this.#onEnd(this.#killedFor ?? crash)
        rmSync(this.#folder, { recursive: true, force: true })
        void this.#api.stop().finally(resolve)
      }
      child.on('close', ended)
      child.on('error', () => child.pid === undefined && ended(1, null))
    })
  }
}

const failed = (
  status: 'timeout' | 'out-of-memory' | 'crash',
  errorType: string,
  message: string,
): InvocationOutcome => ({ status, errorType, message })

/**
 * The most memory that a process has used since `forgetPeak`, in bytes.
 * @returns undefined if the system does not report it (any system other than Linux)
 */
export const peakMemory = (pid: number): number | undefined => {
  try {
    const match = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    return match === null ? undefined : Number(match[1]) * 1024
  } catch {
    return undefined
  }
}

/** Resets the peak, so that an invocation is not charged for an earlier one. See proc(5), clear_refs. */
export const forgetPeak = (pid: number): void => {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5')
  } catch {
    // The system is not Linux, or does not allow it. The peak then covers the process's whole life, as in Lambda's
    // reports.
  }
}
