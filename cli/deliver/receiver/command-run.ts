import { type ChildProcess, spawn } from 'node:child_process'
import { open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StartedProcess } from '../host/process-group.ts'
import { endGroup, startedProcess } from '../host/process-group.ts'

export interface CommandRun {
  /** Absent if a signal ended the command, if it could not be started or if it could not be ended. */
  readonly code?: number
  readonly signal?: string
  /** The error code with which the system refused to start it. */
  readonly refused?: string
  readonly timedOut: boolean
  /** The beginning of what it wrote. */
  readonly stdout: string
  readonly stderr: string
}

export interface CommandOptions {
  readonly argv: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** The file that becomes the command's standard input. */
  readonly input: string
  readonly timeoutMs: number
  readonly onStarted?: (started: StartedProcess) => void
  /** Bytes of each output stream that are kept. */
  readonly kept?: number
}

/** Enough for the error message of a ticket system. */
const keptBytes = 4096
/** The time in which a command must end after SIGTERM, which it gets after its time-out. */
const graceMs = 10_000
/** The time that output has to arrive after the command's end. A daemon that the command started keeps it open. */
const lastOutputMs = 1_000

/**
 * Runs a command without a shell, in its own process group. The file itself is its standard input: if the agent ends
 * meanwhile, the command still reads the whole mail. From a pipe, it would read a shortened one and could succeed.
 */
export const runCommand = async (options: CommandOptions): Promise<CommandRun> => {
  const input = await open(options.input, 'r')
  try {
    return await runWith(input.fd, options)
  } finally {
    await input.close()
  }
}

const runWith = async (input: number, options: CommandOptions): Promise<CommandRun> => {
  const { argv, environment, timeoutMs, onStarted, kept = keptBytes } = options
  const [program = '', ...args] = argv
  let child: ChildProcess
  try {
    child = spawn(program, args, { detached: true, stdio: [input, 'pipe', 'pipe'], env: environment })
  } catch (error) {
    // spawn throws for arguments that the system cannot take, and reports everything else as an event.
    return refusedRun(error)
  }
  const outputs = [child.stdout, child.stderr].map((stream) => beginningOf(stream, kept))
  const ended = new Promise<Pick<CommandRun, 'code' | 'signal' | 'refused'>>((resolve) => {
    child.once('error', (error) => resolve(refusedRun(error)))
    child.once('exit', (code, signal) => resolve(code === null ? { signal: signal ?? 'unknown' } : { code }))
  })
  const closed = new Promise((resolve) => child.once('close', resolve))
  if (child.pid !== undefined) onStarted?.(startedProcess(child.pid))
  const timer = new AbortController()
  const late = sleep(timeoutMs, 'late' as const, { signal: timer.signal }).catch(() => 'late' as const)
  const first = await Promise.race([ended, late])
  timer.abort()
  const timedOut = first === 'late'
  const last = first === 'late' ? await endedByForce(child.pid, ended) : first
  await Promise.race([closed, sleep(lastOutputMs, undefined, { ref: false })])
  for (const stream of [child.stdout, child.stderr]) stream?.destroy()
  const [stdout = '', stderr = ''] = outputs.map((text) => text())
  return { ...last, timedOut, stdout, stderr }
}

const endedByForce = async (
  pid: number | undefined,
  ended: Promise<Pick<CommandRun, 'code' | 'signal' | 'refused'>>,
): Promise<Pick<CommandRun, 'code' | 'signal' | 'refused'>> =>
  pid === undefined || (await endGroup(pid, graceMs)) ? await ended : {}

const refusedRun = (error: unknown): CommandRun => ({
  refused: error instanceof Error && 'code' in error ? String(error.code) : 'unknown',
  timedOut: false,
  stdout: '',
  stderr: '',
})

/** Keeps the first bytes and reads the others, because a command whose output no one reads stops. */
const beginningOf = (stream: Readable | null, kept: number): (() => string) => {
  const parts: Buffer[] = []
  let length = 0
  stream?.on('data', (chunk: Buffer) => {
    const part = chunk.subarray(0, kept - length)
    if (part.length > 0) parts.push(part)
    length += part.length
  })
  return () => Buffer.concat(parts).toString('utf8')
}
