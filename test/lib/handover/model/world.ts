import { AuditTrail } from '../../../../lib/audit/audit-trail.ts'
import { headOf } from '../../../../lib/handover/delivering/take-head.ts'
import { workLane } from '../../../../lib/handover/delivering/work-lane.ts'
import type { Destination } from '../../../../lib/handover/destinations/destination.ts'
import type { Idempotency } from '../../../../lib/handover/ledger/outcome.ts'
import { planMessage } from '../../../../lib/handover/planning/plan-message.ts'
import type { WakeJob } from '../../../../lib/handover/planning/wake.ts'
import type { Message } from '../../../../lib/messages/message.ts'
import { sampleMessage } from '../../../support/sample-message.ts'
import { Memory } from './memory.ts'
import { type ModelServices, portsOf } from './ports.ts'
import { CallFailed, Process } from './process.ts'
import { adapterOf, agentRound, type Journal, Receivers } from './receivers.ts'
import { sweepOnce } from './sweep.ts'

export interface WorldOptions {
  readonly idempotency: Idempotency
  readonly doubt: Destination['doubt']
  /** Whether the second destination is collected by an agent. */
  readonly pull: boolean
  readonly conversations: number
  readonly messages: number
}

/** One small deployment: its tables, its destinations, and the functions that run. */
export class World {
  readonly memory = new Memory()
  readonly receivers: Receivers
  readonly journal: Journal = { entries: new Map() }
  readonly announcements: string[] = []
  processes: Process[] = []
  readonly #random: () => number
  #started = 0

  constructor({ idempotency, doubt, pull, conversations, messages }: WorldOptions, random: () => number) {
    this.#random = random
    this.receivers = new Receivers(idempotency)
    for (const destination of [
      destinationOf('push', 'webhook', doubt),
      destinationOf('other', pull ? 'pull' : 'webhook', doubt),
    ])
      this.memory.destinations.set(destination.destinationId, destination)
    const begun = new Set<number>()
    for (let number = 0; number < messages; number += 1) {
      const conversation = Math.floor(random() * conversations)
      const message = messageOf(number, conversation, !begun.has(conversation))
      begun.add(conversation)
      this.memory.messages.set(message.messageId, { message, unplanned: true })
      this.announcements.push(message.messageId)
    }
    this.memory.index()
  }

  plan(messageId: string): Process {
    const again = () => this.announcements.push(messageId)
    return this.#start(`plan ${messageId.slice(-1)}`, (services) => planMessage(services, messageId), again)
  }

  work(job: WakeJob): Process {
    const again = () => this.memory.wakes.push(job)
    return this.#start('work', (services, process) => workLane(this.#laneServices(services, process), job.wake), again)
  }

  sweep(): Process {
    return this.#start('sweep', (services, process) => sweepOnce(services, this.memory, process))
  }

  /** The agent holds a lock, so there is at most one. */
  agent(): Process | undefined {
    const { memory, receivers } = this
    const other = memory.destinations.get('other')
    if (other?.kind !== 'pull' || this.processes.some(({ name }) => name.startsWith('agent'))) return undefined
    return this.#start('agent', (services, process) =>
      agentRound(
        services,
        { memory, receivers, process, random: this.#random },
        { journal: this.journal, destinationId: 'other' },
      ),
    )
  }

  /** Examines a lane, as the next worker of the conversation does. */
  look(lane: string): Process {
    return this.#start('look', (services) => headOf(services, lane))
  }

  /** A person's action. It may be refused. */
  person(act: (services: ModelServices & { audit: AuditTrail }) => Promise<unknown>): Process {
    return this.#start('person', async (services) => {
      await act({ ...services, audit: silentAudit() })
    })
  }

  #laneServices(services: ModelServices, process: Process) {
    return {
      ...services,
      adapters: { webhook: adapterOf(this.memory, this.receivers, process, this.#random) },
      openMail: async () => undefined,
      onAttempt: ignore,
      onDefect: ignore,
    }
  }

  #start(
    name: string,
    run: (services: ModelServices, process: Process) => Promise<unknown>,
    again?: () => void,
  ): Process {
    this.#started += 1
    const process = new Process(`${name} ${this.#started}`, this.#random() < 0.15)
    this.processes.push(process)
    const services = portsOf(this.memory, process, this.#random)
    run(services, process)
      .catch((error: unknown) => {
        if (!isExpected(error)) this.memory.violations.push(`${name} throws ${String(error)}`)
        // A queue delivers the message of a function that failed again.
        if (error instanceof CallFailed) again?.()
      })
      .finally(() => {
        process.state = 'done'
      })
    return process
  }

  crash(process: Process): void {
    this.memory.trace?.push(`${process.name} crashes`)
    process.crash()
  }

  /** Removes the processes that have ended. */
  tidy(): void {
    this.processes = this.processes.filter(({ state }) => state === 'running')
  }
}

/** Refusals of a person's action, injected failures, and an outcome that others overtook five times. */
const isExpected = (error: unknown): boolean =>
  error instanceof Error &&
  (error.name === 'ProblemError' || error instanceof CallFailed || error.message.startsWith('The delivery changed'))

const ignore = () => undefined

const silentAudit = (): AuditTrail =>
  new AuditTrail(
    { put: async () => true, update: async () => true },
    { now: () => new Date(), newId: () => 'entry', onUnsettled: ignore },
  )

const destinationOf = (destinationId: string, kind: Destination['kind'], doubt: Destination['doubt']): Destination => ({
  ...{ destinationId, kind, doubt, name: destinationId, validity: 'valid', comment: '', version: 1 },
  selection: { queueIds: 'all', trustedOnly: false, loops: true },
  queueMap: { names: {} },
  limits: { concurrency: 2, timeoutSeconds: 30, largestSize: 10_000 },
  ...{ createdAt: '2026-03-01T09:00:00.000Z', createdBy: 'jane@example.com' },
  ...{ changedAt: '2026-03-01T09:00:00.000Z', changedBy: 'jane@example.com' },
})

/** A mail of a conversation. A lower number is older. */
const messageOf = (number: number, conversation: number, isFirst: boolean): Message => {
  const { header, source, ...rest } = sampleMessage()
  if (!header) throw new Error('The sample message has a header')
  const time = new Date(Date.UTC(2026, 2, 2, 8, 0, number)).toISOString()
  const root = `<${conversation}@example.org>`
  return {
    ...rest,
    messageId: `${conversation}${number}`.padStart(64, '0'),
    storedAt: time,
    state: 'announced',
    announcedAt: time,
    source: { ...source, internalDate: time },
    header: isFirst
      ? { ...header, messageIdHeader: root, references: [] }
      : {
          ...header,
          messageIdHeader: `<${conversation}.${number}@example.org>`,
          references: [root],
          threadRoot: root,
        },
  }
}
