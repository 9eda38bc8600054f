import { setTimeout as wait } from 'node:timers/promises'
import type { ServiceCall } from '../../local/start-local.ts'
import { startMailServer } from '../mail-server/server.ts'
import { accountOn, startStack } from '../support/stack.ts'
import { Meter } from './costs/meter.ts'

/** What the fetch function asks of DynamoDB for one scheduled run of an account without mail. */
export interface PollUsage {
  readonly calls: number
  /** Calls that are made side by side are one step. */
  readonly steps: number
  readonly writeUnits: number
}

export interface MeasuredPolls {
  readonly IMAPS: PollUsage
  readonly POP3S: PollUsage
  /** What one account adds to a tick of the dispatch function. */
  readonly tick: { readonly accounts: number; readonly calls: number; readonly writeUnits: number }
}

const protocols = ['IMAPS', 'POP3S'] as const
const accounts = 20
const password = 'a-password'
/** Milliseconds by which each call is delayed. Calls that are made in the meantime belong to the same step. */
const delay = 60

/** Counts the calls of some function to DynamoDB. */
class Counter {
  readonly #meter = new Meter()
  readonly #isCounted: (call: ServiceCall) => boolean
  #calls = 0
  #steps = 0
  #underWay = 0

  constructor(isCounted: (call: ServiceCall) => boolean) {
    this.#isCounted = isCounted
  }

  readonly onServiceCall = async (call: ServiceCall): Promise<void> => {
    if (call.service !== 'dynamodb' || !this.#isCounted(call)) return
    this.#meter.onServiceCall(call)
    this.#calls += 1
    if (this.#underWay === 0) this.#steps += 1
    this.#underWay += 1
    await wait(delay)
    this.#underWay -= 1
  }

  /** @returns what has been counted since the last call */
  async take(local: Parameters<Meter['take']>[0]): Promise<PollUsage> {
    const { writeUnits } = await this.#meter.take(local)
    const taken = { calls: this.#calls, steps: this.#steps, writeUnits }
    this.#calls = 0
    this.#steps = 0
    return taken
  }
}

/** Polls empty mailboxes with the whole local stack. */
export const measurePoll = async (): Promise<MeasuredPolls> => {
  const names = Array.from({ length: accounts }, (_, index) => `desk-${index}`)
  const server = await startMailServer({ users: names.map((name) => ({ name, password })) })
  const polls = new Map<string, Counter>()
  const tick = new Counter(({ accessKeyId }) => accessKeyId.startsWith('ScheduleFunction'))
  const stack = await startStack({
    servers: [server],
    onServiceCall: async (call) => {
      await Promise.all([tick, ...polls.values()].map((counter) => counter.onServiceCall(call)))
    },
  })
  try {
    await stack.tick()
    await tick.take(stack.local)
    await stack.tick()
    const without = await tick.take(stack.local)
    for (const [index, name] of names.entries()) {
      const type = protocols[index % protocols.length] ?? 'IMAPS'
      const { accountId } = await stack.api.createAccount({ ...accountOn(server, type, name), password })
      if (!polls.has(type))
        polls.set(
          type,
          new Counter(({ accessKeyId, body }) => accessKeyId.startsWith('Fetching') && body.includes(accountId)),
        )
    }
    await stack.settled()
    await stack.tick()
    await tick.take(stack.local)
    for (const counter of polls.values()) await counter.take(stack.local)
    await stack.tick()
    const taken = async (type: (typeof protocols)[number]): Promise<PollUsage> => {
      const counter = polls.get(type)
      if (!counter) throw new Error(`No ${type} account was polled.`)
      return await counter.take(stack.local)
    }
    const withAccounts = await tick.take(stack.local)
    return {
      IMAPS: await taken('IMAPS'),
      POP3S: await taken('POP3S'),
      tick: {
        accounts,
        calls: (withAccounts.calls - without.calls) / accounts,
        writeUnits: (withAccounts.writeUnits - without.writeUnits) / accounts,
      },
    }
  } finally {
    await stack[Symbol.asyncDispose]()
    await server.stop()
  }
}
