import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { agentLimits, type Leased } from '../../lib/handover/agents/agent-protocol.ts'
import { cutTo } from '../../lib/text/printable.ts'
import type { Trouble } from './agent-client.ts'
import { downloadMs, type HandOverResult, type HandOverServices, handOver } from './hand-over.ts'
import { recover, reportResults } from './settle.ts'
import { agentVersion } from './version.ts'

/** Milliseconds. */
export interface Pauses {
  /** Between requests while there is nothing to do. The last one repeats. */
  readonly idle: readonly number[]
  /** After failures in a row. The last one repeats. */
  readonly trouble: readonly number[]
  /** While the token is not valid. */
  readonly denied: number
}

export const defaultPauses: Pauses = {
  idle: [5_000, 7_500, 10_000, 15_000],
  trouble: [1_000, 2_000, 5_000, 15_000, 30_000, 60_000, 120_000],
  denied: 120_000,
}

export interface LoopSettings {
  readonly concurrency: number
  readonly timeoutMs: number
  /** Whether the agent ends as soon as nothing is left. */
  readonly once: boolean
  readonly pauses?: Pauses
}

export interface LoopResult {
  readonly delivered: number
  readonly failed: number
  /** The latest problem between the agent and the API. Only with `once`. */
  readonly trouble?: Trouble
}

/** Milliseconds of a lease besides the download and the time-out: ending a command, and reporting. */
const marginMs = 60_000

/**
 * Leases deliveries and hands them over until `stop`, and then finishes what it has begun. Each free place leases one
 * delivery, so no delivery waits while its lease runs.
 */
export const runLoop = async (
  services: HandOverServices,
  { concurrency, timeoutMs, once, pauses = defaultPauses }: LoopSettings,
  stop: AbortSignal,
): Promise<LoopResult> => {
  const { report, client } = services
  const running = new Map<string, Promise<void>>()
  const counts = { delivered: 0, failed: 0 }
  let [idleRounds, troubles] = [0, 0]
  /** Whether something failed since the last lease. */
  let failed: HandOverResult | undefined
  /** With `once`, a delivery that comes back is the last one: the API may never stop repeating it. */
  const seen = new Set<string>()
  let repeated = false
  const request = {
    seconds: Math.min(Math.ceil((timeoutMs + downloadMs + marginMs) / 1000), agentLimits.longestLease),
    agent: { version: agentVersion, host: cutTo(hostname(), agentLimits.host) || 'unknown' },
  }
  const start = (leased: Leased) => {
    const work = handOver(services, leased).then((result: HandOverResult) => {
      counts[result === 'delivered' ? 'delivered' : 'failed'] += 1
      if (result !== 'delivered') failed = failed === 'destination' ? failed : result
      running.delete(leased.deliveryId)
    })
    running.set(leased.deliveryId, work)
  }
  /** Ends earlier when a place becomes free, because its conversation may have another mail. */
  const pause = async (ms: number) => {
    const over = new AbortController()
    const waits = sleep(ms, undefined, { signal: AbortSignal.any([stop, over.signal]) }).catch(() => undefined)
    await Promise.race([waits, ...running.values()])
    over.abort()
  }
  const trouble = async (what: Trouble): Promise<LoopResult | undefined> => {
    troubles += 1
    report.problem(what.text, what.remedy)
    if (once) {
      await Promise.all(running.values())
      return { ...counts, trouble: what }
    }
    const usual = what.kind === 'denied' ? pauses.denied : lastOr(pauses.trouble, troubles - 1)
    await pause(jittered(Math.max(usual, Math.min(what.waitMs ?? 0, longestWaitMs))))
    return undefined
  }

  await recover(services)
  while (!stop.aborted) {
    if (running.size >= concurrency) {
      await Promise.race(running.values())
      continue
    }
    const unreported = await reportResults(services, new Set(running.keys()))
    if (unreported) {
      const end = await trouble(unreported)
      if (end) return end
      continue
    }
    if (once && (failed === 'destination' || repeated)) break
    if (failed) await pause(lastOr(pauses.trouble, 0))
    failed = undefined
    const free = concurrency - running.size
    const answer = await client.lease({ ...request, max: Math.min(free, agentLimits.most) })
    if ('trouble' in answer) {
      const end = await trouble(answer.trouble)
      if (end) return end
      continue
    }
    if (troubles > 0) report.info('The API answers again.')
    troubles = 0
    repeated = answer.value.some(({ deliveryId }) => seen.has(deliveryId))
    if (once) for (const { deliveryId } of answer.value) seen.add(deliveryId)
    for (const leased of answer.value) if (!running.has(leased.deliveryId)) start(leased)
    if (answer.value.length > 0) {
      idleRounds = 0
      continue
    }
    if (running.size > 0) {
      await pause(lastOr(pauses.idle, 0))
      continue
    }
    if (once) break
    if (idleRounds === 0) report.info('Nothing to deliver. The agent waits for mail.')
    await pause(jittered(lastOr(pauses.idle, idleRounds)))
    idleRounds += 1
  }
  await Promise.all(running.values())
  return counts
}

/** The agent ignores longer pauses that the API asks for, because it must notice when the API works again. */
const longestWaitMs = 900_000

const lastOr = (list: readonly number[], index: number): number => list[Math.min(index, list.length - 1)] ?? 0

/** Agents that failed at the same time do not ask again at the same time. */
const jittered = (ms: number): number => ms * (1 + Math.random() / 4)
