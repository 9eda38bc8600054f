import type { Account } from '../../../lib/accounts/account.ts'
import type { AccountStatus } from '../../../lib/accounts/account-status.ts'
import { takeJob } from '../../../lib/fetching/take-job.ts'
import { MailboxError } from '../../../lib/mailbox/mailbox-error.ts'
import { isOpen, queuedRun } from '../../../lib/runs/run.ts'
import { dueOrderEndOf } from '../../../lib/schedule/account-status-store.ts'
import { deduplicationIdOf, type FetchJob } from '../../../lib/schedule/fetch-queue.ts'
import type { DispatchServices } from '../../../lib/schedule/tick/dispatch-services.ts'
import { dispatchTick } from '../../../lib/schedule/tick/dispatch-tick.ts'
import { FakeServer } from '../fetching/fake-server.ts'
import { aDeadline, anAccount, memoryServices } from '../fetching/memory-services.ts'

export interface Delivery {
  /** Milliseconds between the tick's nominal time and the event's time. */
  readonly jitter?: number
  /** Milliseconds between the event's time and each of its deliveries. Several values mean duplicates. */
  readonly delays?: readonly number[]
}

export interface Plan {
  /** Milliseconds between a multiple of the period and the rule's first tick. */
  readonly phase: number
  readonly ticks: number
  readonly delivery?: (tick: number) => Delivery
  /** Milliseconds that a session takes. */
  readonly runTime?: (session: number) => number
  readonly fails?: (session: number) => boolean
  /** Milliseconds by which the two functions' clocks are ahead of the events' clock. */
  readonly skew?: { readonly dispatch: number; readonly fetch: number }
  /** Milliseconds after which a person requests a run. */
  readonly requests?: readonly number[]
}

export interface Session {
  readonly start: number
  readonly end: number
  readonly slot: string | undefined
}

export const period = 10 * 60_000
const day = Date.parse('2026-06-01T12:00:00.000Z')
/** The time after which SQS forgets a deduplication ID. */
const deduplicationTime = 5 * 60_000
/** The time from the queue to the function. */
const queueTime = 400

/** Runs events in chronological order, each until it ends or waits for a later one. */
class Timeline {
  now = day
  readonly #events: { readonly at: number; readonly work: () => Promise<unknown> }[] = []

  at(time: number, work: () => Promise<unknown>): void {
    const index = this.#events.findIndex(({ at }) => at > time)
    this.#events.splice(index === -1 ? this.#events.length : index, 0, { at: time, work })
  }

  async run(): Promise<void> {
    for (let event = this.#events.shift(); event; event = this.#events.shift()) {
      this.now = Math.max(this.now, event.at)
      await event.work()
    }
  }
}

/**
 * Runs the real dispatch and fetch code for one account, with a simulated rule, queue and clock.
 *
 * @returns every session with the mail server, and the time of each tick
 */
export const simulateSchedule = async (plan: Plan): Promise<{ sessions: Session[]; ticks: number[] }> => {
  const { phase, skew = { dispatch: 0, fetch: 0 } } = plan
  const account: Account = anAccount({ changedAt: new Date(day - period).toISOString() })
  const timeline = new Timeline()
  const sessions: Session[] = []
  const waiting: FetchJob[] = []
  const sentAt = new Map<string, number>()
  let busy = false
  let taken: FetchJob | undefined
  /** Resolves when the opened session waits for its end, which is then on the timeline. */
  let opened: () => void = () => undefined
  const server = new FakeServer()
  const memory = memoryServices(
    {
      open: async (settings, signal, watch) => {
        const session = sessions.length
        const start = timeline.now
        const end = start + (plan.runTime?.(session) ?? 2_000)
        sessions.push({ start, end, slot: taken?.kind === 'tick' ? taken.slot : undefined })
        await new Promise<void>((resolve) => {
          timeline.at(end, async () => {
            resolve()
            await finished
          })
          opened()
        })
        if (plan.fails?.(session)) throw new MailboxError('connection-lost')
        return await server.open(settings, signal, watch)
      },
    },
    account,
  )
  let finished: Promise<unknown> = Promise.resolve()
  const { state } = memory
  const statuses = {
    ...memory.services.statuses,
    ensure: async (accountId: string, initial: Partial<AccountStatus> = {}) => {
      if (!state.statuses.has(accountId)) state.statuses.set(accountId, definedOnly({ ...initial, accountId }))
    },
    readMany: async (ids: readonly string[]) => ids.flatMap((id) => state.statuses.get(id) ?? []),
    readChangeCursor: async () => undefined,
    writeChangeCursor: async () => undefined,
    due: async function* (until: string) {
      const isDue = ({ dueOrder }: AccountStatus) => dueOrder !== undefined && dueOrder <= dueOrderEndOf(until)
      yield [...state.statuses.values()].filter(isDue).map(({ accountId }) => accountId)
    },
  }
  const queue = {
    send: async (jobs: readonly FetchJob[]) => {
      for (const job of jobs) {
        const id = deduplicationIdOf(job)
        if (timeline.now - (sentAt.get(id) ?? Number.NEGATIVE_INFINITY) < deduplicationTime) continue
        sentAt.set(id, timeline.now)
        waiting.push(job)
        timeline.at(timeline.now + queueTime, takeNext)
      }
      return []
    },
  }
  const dispatch: DispatchServices = {
    ...memory.services,
    statuses,
    queue,
    claims: checkedClaims,
    runs: {
      openBefore: async function* (before) {
        yield [...state.runs.values()].filter((run) => isOpen(run) && run.askedAt < before)
      },
      saveOpen: async (run) => {
        state.runs.set(run.runId, run)
        return true
      },
    },
    ledger: memory.services.ledger,
    now: () => new Date(timeline.now + skew.dispatch),
  }
  const fetching = { ...memory.services, statuses, queue, now: () => new Date(timeline.now + skew.fetch) }

  /** A single message group. No job is delivered while another one is being processed. */
  const takeNext = async (): Promise<void> => {
    if (busy) return
    const job = waiting.shift()
    if (!job) return
    busy = true
    taken = job
    const waitsInSession = new Promise<void>((resolve) => {
      opened = resolve
    })
    finished = takeJob(fetching, job, aDeadline(fetching.now().getTime())).finally(() => {
      busy = false
      timeline.at(timeline.now + queueTime, takeNext)
    })
    await Promise.race([waitsInSession, finished])
  }

  const ticks: number[] = []
  for (let tick = 0; tick < plan.ticks; tick += 1) {
    const { jitter = 0, delays = [300] } = plan.delivery?.(tick) ?? {}
    // EventBridge sends times in whole seconds.
    const time = Math.floor((day + phase + tick * period + jitter) / 1000) * 1000
    ticks.push(time)
    for (const delay of delays)
      timeline.at(time + delay, () =>
        dispatchTick(dispatch, `${new Date(time).toISOString().slice(0, 19)}Z`, () => true),
      )
  }
  for (const [index, after] of (plan.requests ?? []).entries())
    timeline.at(day + after, async () => {
      const runId = `requested-${index}`
      const asked = { runId, accountId: account.accountId, askedAt: new Date(timeline.now).toISOString(), askedBy: 'a' }
      state.runs.set(runId, queuedRun({ ...asked, trigger: 'request', slot: undefined }))
      await queue.send([{ kind: 'run', runId, accountId: account.accountId }])
    })
  await timeline.run()
  return { sessions, ticks }
}

const untouched = async (): Promise<never> => {
  throw new Error('no mailbox is claimed here')
}
/** Makes the daily check appear to have just run. */
const checkedClaims: DispatchServices['claims'] = {
  checkedAt: async () => new Date(day + 365 * 24 * 60 * 60_000).toISOString(),
  noteChecked: untouched,
  take: untouched,
  takeFor: untouched,
  read: untouched,
  readMany: untouched,
  heldBy: untouched,
  release: untouched,
}

const definedOnly = (status: AccountStatus): AccountStatus =>
  Object.fromEntries(Object.entries(status).filter(([, value]) => value !== undefined)) as AccountStatus
