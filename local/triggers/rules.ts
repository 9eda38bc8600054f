import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import type { Deployment } from '../assembly/deployment.ts'
import { LocalError, unsupported } from '../common/errors.ts'
import type { LocalEvent } from '../common/local-event.ts'
import type { FunctionPool } from '../lambda/function-pool.ts'
import type { InvocationOutcome } from '../lambda/invocation.ts'
import type { AsyncInvoker } from './async-invocation.ts'

/** Node's timers support at most 2^31 - 1 ms. If a rule fires later than that, the timer is set again. */
const longestTimerMs = 2 ** 31 - 1

const properties = z.object({
  ScheduleExpression: z.string(),
  State: z.enum(['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS']).default('ENABLED'),
  Targets: z
    .array(
      z.strictObject({
        Id: z.string(),
        Arn: z.string(),
        Input: z.string().optional(),
        // Only the function's own retries (EventInvokeConfig) apply. EventBridge's delivery failures are not emulated.
        RetryPolicy: z.unknown().optional(),
        DeadLetterConfig: z.unknown().optional(),
      }),
    )
    .default([]),
})

const minute = 60_000
const units: Readonly<Record<string, number>> = { minute, hour: 60 * minute, day: 24 * 60 * minute }

/** Parses EventBridge's `rate(…)`. @returns milliseconds */
export const periodOf = (expression: string, where: string): number => {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? []
  const period = Number(count) * (units[unit] ?? 0)
  if (period > 0) return period
  throw unsupported(
    `${where} has the schedule ${expression}, but the local run supports only rate(…). Use a rate in the template, for example rate(10 minutes).`,
  )
}

/**
 * Returns the first tick after `after` (milliseconds since 1970). Ticks are multiples of the period, so that a restart
 * does not move them.
 */
export const nextTick = (period: number, after: number): number => (Math.floor(after / period) + 1) * period

export interface Rule {
  readonly logicalId: string
  readonly name: string
  readonly arn: string
  readonly enabled: boolean
  readonly schedule: string
  /** Milliseconds between two ticks. */
  readonly period: number
  readonly targets: readonly { readonly pool: FunctionPool; readonly input: string | undefined }[]
}

/** The scheduled rules of the templates. `pools` is keyed by function ARN. */
export const readRules = (deployment: Deployment, pools: ReadonlyMap<string, FunctionPool>): Rule[] =>
  deployment.ofType('AWS::Events::Rule').map((resource) => {
    const declared = deployment.read(resource, properties, ['Name', 'Description', 'EventBusName', 'RoleArn'])
    const targets = declared.Targets.map(({ Arn, Input }) => {
      const pool = pools.get(Arn)
      if (pool === undefined)
        throw unsupported(`${resource.path} has the target ${Arn}. The local run supports only functions as targets.`)
      return { pool, input: Input }
    })
    return {
      logicalId: resource.logicalId,
      name: deployment.physicalId(resource),
      arn: deployment.attribute(resource, 'Arn'),
      enabled: declared.State !== 'DISABLED',
      schedule: declared.ScheduleExpression,
      period: periodOf(declared.ScheduleExpression, resource.path),
      targets,
    }
  })

/** Fires rules, on their schedule or on demand. */
export class RuleScheduler {
  readonly #rules: readonly Rule[]
  readonly #invoker: AsyncInvoker
  readonly #place: {
    readonly region: string
    readonly accountId: string
    readonly onEvent: (event: LocalEvent) => void
  }
  readonly #timers = new Map<Rule, NodeJS.Timeout>()

  constructor(
    rules: readonly Rule[],
    invoker: AsyncInvoker,
    place: { region: string; accountId: string; onEvent: (event: LocalEvent) => void },
  ) {
    this.#rules = rules
    this.#invoker = invoker
    this.#place = place
  }

  start(): void {
    for (const rule of this.#rules) if (rule.enabled) this.#arm(rule, Date.now())
  }

  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
    this.#invoker.stop()
  }

  /** Fires the one rule whose logical id or name contains `match`, and waits for its targets' first attempts. */
  fire(match: string, time = new Date()): Promise<InvocationOutcome[]> {
    const found = this.#rules.filter((rule) => rule.logicalId.includes(match) || rule.name.includes(match))
    const [rule] = found.length > 1 ? found.filter((one) => one.logicalId === match || one.name === match) : found
    if (rule === undefined) {
      const known = this.#rules.map((one) => one.logicalId).join(', ') || 'none'
      throw new LocalError(
        'usage',
        `${found.length === 0 ? 'No rule' : 'More than one rule'} matches ${match}. Available: ${known}.`,
      )
    }
    return this.#fire(rule, time)
  }

  #arm(rule: Rule, after: number): void {
    const next = nextTick(rule.period, after)
    const wait = Math.max(0, next - Date.now())
    const timer = setTimeout(
      () => {
        if (wait > longestTimerMs) return this.#arm(rule, after)
        this.#arm(rule, next)
        void this.#fire(rule, new Date(next))
      },
      Math.min(wait, longestTimerMs),
    )
    this.#timers.set(rule, timer)
  }

  async #fire(rule: Rule, at: Date): Promise<InvocationOutcome[]> {
    const time = `${at.toISOString().slice(0, 19)}Z`
    this.#place.onEvent({ type: 'rule-fired', rule: rule.logicalId, time })
    const event = {
      version: '0',
      id: randomUUID(),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: this.#place.accountId,
      time,
      region: this.#place.region,
      resources: [rule.arn],
      detail: {},
    }
    return Promise.all(
      rule.targets.map(({ pool, input }) =>
        this.#invoker.invoke(pool, input === undefined ? event : JSON.parse(input), 'rule'),
      ),
    )
  }
}
