import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import type { Assignment, Report } from './assignment.ts'

const answerSchema = z.object({
  failure: z.string().optional(),
  report: z.object({ milliseconds: z.number(), cpu: z.number(), peakMemory: z.number() }).optional(),
})

export type WorkerName = 'raw' | 'bare' | 'postmaster' | 'stack'

/** A client in its own process, so that its memory and garbage collection do not affect other measurements. */
export class WorkerProcess {
  readonly #child: ChildProcess

  private constructor(child: ChildProcess) {
    this.#child = child
  }

  static async start(client: WorkerName, assembly: string, mailPorts: readonly number[]): Promise<WorkerProcess> {
    const worker = new WorkerProcess(fork(fileURLToPath(new URL('worker.ts', import.meta.url)), { stdio: 'inherit' }))
    await worker.#ask({ step: 'start', client, assembly, mailPorts })
    return worker
  }

  async collect(assignment: Assignment): Promise<Report> {
    await this.#ask({ step: 'prepare', assignment })
    const report = await this.#ask({ step: 'collect', assignment })
    if (!report) throw new Error('the client sent no report')
    await this.#ask({ step: 'hand-over', assignment })
    return report
  }

  async stop(): Promise<void> {
    if (!this.#child.connected) return
    const gone = once(this.#child, 'exit')
    this.#child.send({ step: 'stop' })
    await gone
  }

  async #ask(command: object): Promise<Report | undefined> {
    const ended = new AbortController()
    const { signal } = ended
    const died = once(this.#child, 'exit', { signal }).then(() => [{ failure: 'the client process died' }])
    died.catch(() => undefined)
    try {
      const answered = once(this.#child, 'message', { signal })
      this.#child.send(command)
      const { failure, report } = answerSchema.parse((await Promise.race([answered, died]))[0])
      if (failure !== undefined) throw new Error(failure)
      return report
    } finally {
      ended.abort()
    }
  }
}
