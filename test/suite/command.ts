import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { nameOf, startedBy } from './processes.ts'

export interface CommandOptions {
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  /** The output goes directly to the terminal. Otherwise it is collected. */
  readonly shown: boolean
  /** Ends the command and everything that it has started. */
  readonly signal: AbortSignal
}

export interface CommandEnd {
  /** Empty if the command succeeded. */
  readonly problem: string
  readonly output: string
  /** Processes that the command had started and left running. They have been ended. */
  readonly leftBehind: readonly string[]
}

/** Emulators and browsers need a moment to notice that the process that started them has ended. */
const lastMomentMs = 5_000
/** SIGKILL takes effect immediately, but it can be delayed on a busy machine or for a process in a system call. */
const goneWithinMs = 30_000

/**
 * Runs a command in its own session, and returns once every process that it has started has ended. This includes
 * processes in other sessions, such as Chromium, and processes whose parent has ended.
 * On systems without /proc (macOS), only the processes in the command's process group are found.
 */
export const runCommand = async (
  command: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandEnd> => {
  const { cwd, shown, signal } = options
  const mark = `POSTMASTER_SUITE=${randomUUID()}`
  const [markName = '', markValue = ''] = mark.split('=')
  const stdio = shown ? 'inherit' : 'pipe'
  const env = { ...options.env, [markName]: markValue }
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', stdio, stdio] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`))
    child.once('exit', (code, name) => resolve(name ? `was ended by ${name}` : code === 0 ? '' : `exit code ${code}`))
  })
  const leader = child.pid
  if (leader === undefined) return { problem: await ended, output, leftBehind: [] }
  const closed = new Promise((resolve) => child.once('close', resolve))
  let ending: Promise<void> | undefined
  const end = () => {
    ending ??= endAll(leader, mark)
  }
  signal.addEventListener('abort', end, { once: true })
  try {
    if (signal.aborted) end()
    const problem = await ended
    const leftBehind = signal.aborted ? [] : await remaining(leader, mark)
    if (leftBehind.length > 0) end()
    await ending
    await closed
    return { problem, output, leftBehind }
  } finally {
    signal.removeEventListener('abort', end)
  }
}

/** The processes that are still running after a grace period. */
const remaining = async (leader: number, mark: string): Promise<string[]> => {
  for (const until = Date.now() + lastMomentMs; ; await sleep(50)) {
    const left = startedBy(leader, mark)
    if (left.size === 0) return []
    if (Date.now() > until) return [...left].map((pid) => `${nameOf(pid) || 'a process'} (${pid})`)
  }
}

/** Ends all processes. Stops all of them first, so that none can start another process in the meantime. */
const endAll = async (leader: number, mark: string): Promise<void> => {
  const halted = new Set<number>()
  for (let fresh = [leader]; fresh.length > 0; ) {
    for (const pid of fresh) send(pid, 'SIGSTOP')
    for (const pid of fresh) halted.add(pid)
    fresh = [...startedBy(leader, mark, halted)].filter((pid) => !halted.has(pid))
  }
  send(-leader, 'SIGKILL')
  for (const pid of halted) send(pid, 'SIGKILL')
  for (const until = Date.now() + goneWithinMs; ; await sleep(20)) {
    const left = startedBy(leader, mark, halted)
    if (left.size === 0) return
    if (Date.now() > until)
      throw new Error(
        `These processes cannot be ended: ${[...left].map((pid) => `${nameOf(pid)} (${pid})`).join(', ')}`,
      )
    for (const pid of left) send(pid, 'SIGKILL')
  }
}

const send = (pid: number, name: 'SIGSTOP' | 'SIGKILL'): void => {
  try {
    process.kill(pid, name)
  } catch (error) {
    // The process has ended, or it belongs to another user. In the second case, `endAll` reports that it is still
    // running.
    if (!(error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM'))) throw error
  }
}
