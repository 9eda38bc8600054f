import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Delivery } from '../../../lib/handover/ledger/delivery.ts'
import type { Message } from '../../../lib/messages/message.ts'
import { byThread, conversations, Desk, idsOf, webhookAt } from './desk.ts'
import { type Behaviour, Receiver } from './receiver.ts'

export interface Load {
  /** Each of them is planned for both destinations. */
  readonly messages: number
  /** Messages that arrive in a second. */
  readonly rate: number
  /** `MaxConcurrentDeliveries`. */
  readonly slots: number
  /** The concurrency of both destinations. */
  readonly concurrency: number
}

/** What the second destination does; `absent` measures the first one alone. */
export type Neighbour = Exclude<Behaviour, 'answers'> | 'absent'

export interface Measured {
  readonly neighbour: Neighbour
  /** From planning to delivered, in milliseconds, for the first destination. Sorted. */
  readonly latencies: readonly number[]
  readonly deliveriesPerSecond: number
  /** Calls of each kind for each delivery of the first destination. */
  readonly writes: number
  readonly reads: number
  /** The messages of the delivery queue. */
  readonly wakes: number
  readonly sweeps: readonly number[]
}

const minute = 60_000
const writing =
  /^(ledger\.(create|replace)|lanes\.(add|remove)|plans\.(decide|finish)|circuits\.(open|close|takeProbe))$/

/** @throws Error if a delivery of the first destination is lost or out of order, or if a function complained */
export const measure = async (
  { messages: count, rate, slots, concurrency }: Load,
  neighbour: Neighbour,
): Promise<Measured> => {
  const alive = await Receiver.start('answers')
  const dead = neighbour === 'absent' ? undefined : await Receiver.start(neighbour)
  const desk = new Desk(slots, [
    webhookAt('alive', alive.url, { concurrency }),
    ...(dead ? [webhookAt('dead', dead.url, { concurrency })] : []),
  ])
  const messages = conversations(count)
  const sweeps: number[] = []
  const sweeping = setInterval(async () => {
    const begun = performance.now()
    await desk.sweep()
    sweeps.push(performance.now() - begun)
  }, minute)
  try {
    const begun = performance.now()
    for (const [index, message] of messages.entries()) {
      const early = begun + (index * 1000) / rate - performance.now()
      if (early > 0) await sleep(early)
      void desk.announce(message)
    }
    const isDelivered = (one: Message) => desk.deliveryOf('alive', one)?.state === 'delivered'
    while (!messages.every(isDelivered)) await sleep(200)
    const seconds = (performance.now() - begun) / 1000
    const faults = [...desk.memory.violations, ...desk.complaints]
    if (faults.length > 0) throw new Error(`${neighbour}: ${faults.slice(0, 3).join('; ')}`)
    if (!isDeepStrictEqual(byThread(messages, alive.accepted), byThread(messages, idsOf(messages))))
      throw new Error(`${neighbour}: a mail was lost, repeated or overtaken`)
    const latencies = messages
      .map((message) => desk.deliveryOf('alive', message))
      .map((row) => (row ? deliveredAt(row) - Date.parse(row.plannedAt) : Number.NaN))
      .toSorted((one, other) => one - other)
    const callsOf = (isCounted: (name: string) => boolean) =>
      [...desk.calls].reduce((sum, [name, calls]) => sum + (isCounted(name) ? calls : 0), 0) / count
    return {
      neighbour,
      latencies,
      deliveriesPerSecond: count / seconds,
      writes: callsOf((name) => writing.test(name)),
      reads: callsOf((name) => !writing.test(name)),
      wakes: desk.queue.handled,
      sweeps,
    }
  } finally {
    clearInterval(sweeping)
    await Promise.all([alive.stop(), dead?.stop()])
  }
}

/** When the receiver answered. Recording the outcome is not included. */
const deliveredAt = ({ attempts }: Delivery): number => {
  const last = attempts.at(-1)
  return last ? Date.parse(last.at) + last.milliseconds : Number.NaN
}

export const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
