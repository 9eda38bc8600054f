import type { Leased } from '../../../lib/handover/agents/agent-protocol.ts'
import { type StartedProcess, signalGroup } from '../host/process-group.ts'
import { argvFor, environmentFor } from './arguments.ts'
import { verdictOf } from './classify.ts'
import { runCommand } from './command-run.ts'
import type { Preset } from './exit-codes.ts'
import type { Failure, Parcel, Receiver, Verdict } from './receiver.ts'

export interface PipeSettings {
  readonly argv: readonly string[]
  readonly preset: Preset
  readonly timeoutMs: number
  /** Names of further environment variables that the command gets. */
  readonly passed: readonly string[]
  readonly repeatable: boolean
}

/** Hands mail to a command of the ticket system. */
export class PipeReceiver implements Receiver {
  readonly repeatable: boolean
  readonly #settings: PipeSettings
  readonly #running = new Set<number>()

  constructor(settings: PipeSettings) {
    this.#settings = settings
    this.repeatable = settings.repeatable
  }

  refusal({ queue }: Leased): Failure | undefined {
    // The command would take such a name as an option, and the system cannot pass a name with a NUL.
    if (queue !== '' && !queue.startsWith('-') && !queue.includes('\0')) return undefined
    return {
      scope: 'message',
      permanent: true,
      inDoubt: false,
      code: 'queue-name-refused',
      detail:
        'The name of the queue is empty, begins with a hyphen or contains a NUL, so it is not passed to a command.',
      remedy: 'Correct the name in the queue map of the destination.',
    }
  }

  async deliver({ leased, file }: Parcel, onStarted: (started: StartedProcess) => void): Promise<Verdict> {
    const { argv, preset, timeoutMs, passed } = this.#settings
    let pid: number | undefined
    try {
      const run = await runCommand({
        argv: argvFor(argv, leased),
        environment: environmentFor(leased, passed),
        input: file,
        timeoutMs,
        onStarted: (started) => {
          pid = started.pid
          this.#running.add(pid)
          onStarted(started)
        },
      })
      return verdictOf(preset, run, this.repeatable)
    } finally {
      if (pid !== undefined) this.#running.delete(pid)
    }
  }

  endAtOnce(): void {
    for (const pid of this.#running) signalGroup(pid, 'SIGKILL')
  }
}
