import * as z from 'zod'
import { count, type Deployment } from '../assembly/deployment.ts'
import type { InvocationSource } from '../common/local-event.ts'
import type { FunctionPool } from '../lambda/function-pool.ts'
import type { InvocationOutcome } from '../lambda/invocation.ts'

/** Lambda waits one minute before the first retry of an asynchronous invocation and two minutes before the second. */
const retryDelaysMs = [60_000, 120_000]

const properties = z.object({
  FunctionName: z.string(),
  MaximumRetryAttempts: count.max(2).default(2),
})

/** The number of retries for each function's asynchronous invocations, by function name. */
export const retryAttempts = (deployment: Deployment): Map<string, number> =>
  new Map(
    deployment.ofType('AWS::Lambda::EventInvokeConfig').map((resource) => {
      const declared = deployment.read(resource, properties, [
        'Qualifier',
        // Retries end within three minutes here, and a failed invocation is visible where the local run was started.
        'MaximumEventAgeInSeconds',
        'DestinationConfig',
      ])
      return [declared.FunctionName, declared.MaximumRetryAttempts]
    }),
  )

/** Invokes a function like a service that does not wait for the response. */
export class AsyncInvoker {
  readonly #attempts: ReadonlyMap<string, number>
  readonly #timers = new Set<NodeJS.Timeout>()

  constructor(attempts: ReadonlyMap<string, number>) {
    this.#attempts = attempts
  }

  /** Resolves with the first attempt's outcome. A retry follows automatically. */
  async invoke(pool: FunctionPool, event: unknown, source: InvocationSource, attempt = 0): Promise<InvocationOutcome> {
    const outcome = await pool.invoke(event, source)
    const allowed = this.#attempts.get(pool.settings.name) ?? retryDelaysMs.length
    const delay = retryDelaysMs[attempt]
    if (outcome.status !== 'ok' && attempt < allowed && delay !== undefined) {
      const timer = setTimeout(() => {
        this.#timers.delete(timer)
        void this.invoke(pool, event, source, attempt + 1)
      }, delay)
      this.#timers.add(timer)
    }
    return outcome
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
  }
}
