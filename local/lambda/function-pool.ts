import { randomUUID } from 'node:crypto'
import type { InvocationEnd, InvocationSource, InvocationStart, LocalEvent } from '../common/local-event.ts'
import type { AccessKeys } from '../emulators/signed-calls/access-keys.ts'
import type { ServiceEndpoints } from '../emulators/start-emulators.ts'
import { FunctionLog } from './function-log.ts'
import { FunctionProcess } from './function-process.ts'
import type { FunctionSettings } from './function-settings.ts'
import { type InvocationOutcome, payloadLimit } from './invocation.ts'

/** A running invocation. A test can end it at a chosen moment. */
export interface RunningInvocation extends InvocationStart {
  readonly event: unknown
  /** Sends SIGKILL to the process, which has the same effect on a function as a failure of Lambda. */
  kill(): void
}

export interface PoolPlace {
  readonly region: string
  readonly endpoints: ServiceEndpoints
  readonly keys: AccessKeys
  readonly temporaryFolder: string
  readonly logFolder: string
  readonly onEvent: (event: LocalEvent) => void
  readonly onInvocation: ((running: RunningInvocation) => void) | undefined
  /** The number of milliseconds without work after which a process is ended. */
  readonly idleMs: number
}

/**
 * The processes of one function. Each concurrent invocation has its own process, and idle processes are kept for later
 * invocations.
 */
export class FunctionPool {
  readonly settings: FunctionSettings
  readonly log: FunctionLog
  readonly #place: PoolPlace
  readonly #idle: { readonly process: FunctionProcess; readonly timer: NodeJS.Timeout }[] = []
  readonly #processes = new Set<FunctionProcess>()
  #running = 0
  #started = 0
  #stopped = false

  constructor(settings: FunctionSettings, place: PoolPlace) {
    this.settings = settings
    this.#place = place
    this.log = new FunctionLog(place.logFolder, settings.name)
  }

  get running(): number {
    return this.#running
  }

  /** Runs the function with an event. It never throws because of the function. The outcome describes every failure. */
  async invoke(event: unknown, source: InvocationSource): Promise<InvocationOutcome> {
    const payload = JSON.stringify(event) ?? 'null'
    if (Buffer.byteLength(payload) > payloadLimit) {
      return {
        status: 'error',
        errorType: 'RequestTooLargeException',
        message: `The event exceeds ${payloadLimit} bytes.`,
      }
    }
    const reserved = this.settings.reservedConcurrency
    if (this.#stopped || (reserved !== undefined && this.#running >= reserved)) {
      return { status: 'throttled', errorType: 'TooManyRequestsException', message: 'Rate Exceeded.' }
    }
    this.#running += 1
    try {
      return await this.#run(event, payload, source)
    } finally {
      this.#running -= 1
    }
  }

  /** Waits up to `graceMs` for running invocations, then ends every process. */
  async stop(graceMs: number): Promise<void> {
    this.#stopped = true
    const until = Date.now() + graceMs
    while (this.#running > 0 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 20))
    for (const { timer } of this.#idle) clearTimeout(timer)
    await Promise.all([...this.#processes].map((process) => process.stop()))
  }

  async #run(event: unknown, payload: string, source: InvocationSource): Promise<InvocationOutcome> {
    const requestId = randomUUID()
    const { id: functionId, name: functionName, timeoutMs, arn } = this.settings
    const initStart = performance.now()
    const warm = this.#takeIdle()
    const process = warm ?? this.#create()
    const failure = warm === undefined ? await process.start() : undefined
    const initMs = warm === undefined ? performance.now() - initStart : undefined
    const identity = { functionId, functionName, requestId, source } as const

    const start: InvocationStart = {
      type: 'invocation-start',
      ...identity,
      pid: process.pid,
      coldStart: warm === undefined,
    }
    this.#place.onEvent(start)
    this.log.write(`START RequestId: ${requestId} Version: $LATEST`)
    const begun = performance.now()
    let outcome = failure
    let peakBytes: number | undefined
    if (outcome === undefined) {
      const invocation = { requestId, payload, deadline: Date.now() + timeoutMs, functionArn: arn }
      const answered = process.invoke(invocation)
      this.#place.onInvocation?.({ ...start, event, kill: () => process.kill() })
      ;({ outcome, peakBytes } = await answered)
    }
    const durationMs = performance.now() - begun
    this.#putIdle(process)
    const error = outcome.status === 'ok' ? undefined : { errorType: outcome.errorType, message: outcome.message }
    this.#report({ type: 'invocation-end', ...identity, status: outcome.status, durationMs, initMs, peakBytes, error })
    return outcome
  }

  #report(end: InvocationEnd): void {
    if (end.error !== undefined && end.status !== 'error') this.log.write(`${end.error.message} ${end.error.errorType}`)
    const fields = [
      `REPORT RequestId: ${end.requestId}`,
      `Duration: ${end.durationMs.toFixed(2)} ms`,
      `Memory Size: ${this.settings.memoryMb} MB`,
      ...(end.peakBytes === undefined ? [] : [`Max Memory Used: ${Math.ceil(end.peakBytes / 1024 / 1024)} MB`]),
      ...(end.initMs === undefined ? [] : [`Init Duration: ${end.initMs.toFixed(2)} ms`]),
      ...(end.error === undefined ? [] : [`Status: ${end.status}`, `Error Type: ${end.error.errorType}`]),
    ]
    this.log.write(`END RequestId: ${end.requestId}`)
    this.log.write(fields.join('\t'))
    this.#place.onEvent(end)
  }

  #create(): FunctionProcess {
    this.#started += 1
    const { region, endpoints, keys, temporaryFolder, onEvent } = this.#place
    const { id: functionId, name: functionName } = this.settings
    const onLine = (line: string): void => {
      this.log.write(line)
      onEvent({ type: 'log', functionId, functionName, line })
    }
    const name = `${functionName}-${this.#started}`
    // Each function signs with its own credentials, so that the emulators can tell which function made a service call.
    const place = { region, endpoints, credentials: keys.credentials(functionId), temporaryFolder, onLine }
    const process = new FunctionProcess(this.settings, place, name)
    this.#processes.add(process)
    return process
  }

  #takeIdle(): FunctionProcess | undefined {
    for (let entry = this.#idle.pop(); entry !== undefined; entry = this.#idle.pop()) {
      clearTimeout(entry.timer)
      if (entry.process.alive) return entry.process
      this.#processes.delete(entry.process)
    }
    return undefined
  }

  #putIdle(process: FunctionProcess): void {
    if (!process.alive) {
      this.#processes.delete(process)
      return
    }
    const timer = setTimeout(() => {
      const at = this.#idle.findIndex((entry) => entry.process === process)
      if (at >= 0) this.#idle.splice(at, 1)
      void process.stop().then(() => this.#processes.delete(process))
    }, this.#place.idleMs)
    timer.unref()
    this.#idle.push({ process, timer })
  }
}
