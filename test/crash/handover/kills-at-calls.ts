import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import type { RunningInvocation, ServiceCall } from '../../../local/start-local.ts'

/** The functions of hand-over, by the beginning of their logical ids. */
const functions = ['Planning', 'Delivering', 'DeliverySweep', 'ApiAgent'] as const
const functionOf = (logicalId: string) => functions.find((name) => logicalId.startsWith(name))
/** Every second invocation is killed, so that work is repeated after one crash or several. */
const share = 0.5
/** In calls to services. An invocation that has ended by then is not killed. */
const latest = 24
/** In milliseconds. The call is served after the process has ended, so its effect remains and its response is lost. */
const endsWithin = 10

const queueEvent = z.object({
  Records: z.array(z.object({ receiptHandle: z.string(), eventSourceARN: z.string() })),
})

/** A queue message that a killed invocation held. */
export interface HeldMessage {
  readonly queue: string
  readonly receiptHandle: string
}

/** Kills invocations of the functions of hand-over at random calls to a service. */
export class KillsAtCalls {
  readonly killed = new Map<string, number>()
  readonly #each: number
  readonly #random: () => number
  readonly #planned = new Map<string, { readonly running: RunningInvocation; calls: number }>()
  #held: HeldMessage[] = []
  #over = false

  /** @param each the most kills of each function */
  constructor(each: number, random: () => number) {
    this.#each = each
    this.#random = random
  }

  get isOver(): boolean {
    return this.#over || functions.every((name) => !this.#mayKill(name))
  }

  /** Ends the kills, even if some are left. */
  end(): void {
    this.#over = true
  }

  readonly onInvocation = (running: RunningInvocation): void => {
    const { functionId } = running
    this.#planned.delete(functionId)
    if (this.#mayKill(functionOf(functionId)) && this.#random() < share)
      this.#planned.set(functionId, { running, calls: 1 + Math.floor(this.#random() * latest) })
  }

  readonly onServiceCall = async ({ accessKeyId }: ServiceCall): Promise<void> => {
    const plan = this.#planned.get(accessKeyId)
    const name = functionOf(accessKeyId)
    if (!plan || name === undefined || !this.#mayKill(name)) return
    plan.calls -= 1
    if (plan.calls > 0) return
    this.#planned.delete(accessKeyId)
    this.killed.set(name, (this.killed.get(name) ?? 0) + 1)
    plan.running.kill()
    const event = queueEvent.safeParse(plan.running.event).data
    for (const { receiptHandle, eventSourceARN } of event?.Records ?? [])
      this.#held.push({ receiptHandle, queue: eventSourceARN.split(':').at(-1) ?? '' })
    await sleep(endsWithin)
  }

  #mayKill(name: string | undefined): boolean {
    return !this.#over && name !== undefined && (this.killed.get(name) ?? 0) < this.#each
  }

  /** @returns the messages that were held since the last call */
  takeHeld(): HeldMessage[] {
    return this.#held.splice(0)
  }
}
