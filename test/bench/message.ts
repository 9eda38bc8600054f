import { type ChildProcess, fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import type { LocalEvent, ServiceCall } from '../../local/start-local.ts'
import { smallMessages } from '../mail-server/corpus.ts'
import { startDovecot } from '../mail-server/dovecot/dovecot.ts'
import { accountOn, startStack, type TestStack } from '../support/stack.ts'
import type { BareCommand } from './calls/bare-calls.ts'

/** What storing one small message over IMAP costs, from its listing to its removal. */
export interface MeasuredMessage {
  readonly messages: number
  /** AWS calls of the fetch function for each message, by operation. A call for ten messages counts as a tenth. */
  readonly calls: Readonly<Record<string, number>>
  readonly callsPerMessage: number
  /** The same for a process that makes only the calls that a message needs. */
  readonly leastCalls: number
  /** Milliseconds of processor time of the fetch function for each message, beyond a fetch without mail. */
  readonly cpuPerMessage: number
  /** The same for that process. */
  readonly floorPerMessage: number
  /** Messages per second of the whole local stack, from the request for the run to the end of its function. */
  readonly rate: number
  /** The same for that process. */
  readonly floorRate: number
}

const user = 'desk'
const password = 'a-password'
/** Linux counts processor time in hundredths of a second. */
const millisecondsPerTick = 10
const checkAgainMs = 50
const costSchema = z.object({ cpu: z.number(), milliseconds: z.number() })

/**
 * Fetches small messages on the whole local stack, in turns with the bare calls. The results are the smallest processor
 * times and the highest rate of the rounds.
 */
export const measureMessages = async ({ messages: count = 1_000, rounds = 5 } = {}): Promise<MeasuredMessage> => {
  await using dovecot = await startDovecot({ users: [{ name: user, password }] })
  const watch = new FetchWatch()
  await using stack = await startStack({
    servers: [dovecot],
    onServiceCall: (call) => watch.noteCall(call),
    onEvent: (event) => watch.noteEvent(event),
  })
  const { accountId } = await stack.api.createAccount({ ...accountOn(dovecot, 'IMAP', user), password })
  await using bare = startBare(stack)
  const fetched = async (mails: readonly Buffer[]): Promise<Fetch> => {
    await dovecot.deliver(user, mails)
    await planned(stack)
    return await watch.nextFetch(() => stack.api.fetchNow(accountId))
  }
  const mails = smallMessages(count)
  await fetched(mails.slice(0, Math.ceil(count / 2)))
  const bareRun = async (mails: readonly Buffer[]): Promise<Cost> => {
    await planned(stack)
    return await bare.run(mails)
  }
  await bareRun(mails.slice(0, Math.ceil(count / 2)))
  const full: Fetch[] = []
  const empty: Fetch[] = []
  const floors: Cost[] = []
  let bareCalls: Fetch['calls'] = new Map()
  for (let round = 0; round < rounds; round += 1) {
    empty.push(await fetched([]))
    full.push(await fetched(mails))
    watch.takeCalls()
    floors.push(await bareRun(mails))
    bareCalls = watch.takeCalls()
    if ((await dovecot.count(user)) > 0) throw new Error('A run left messages on the server')
  }
  const least = (values: readonly number[]) => Math.min(...values)
  const rateOf = (runs: readonly Cost[]) => count / (least(runs.map(({ milliseconds }) => milliseconds)) / 1000)
  const calls = perMessage(full.at(-1)?.calls, empty.at(-1)?.calls, count)
  return {
    messages: count,
    calls,
    callsPerMessage: totalOf(Object.values(calls)),
    leastCalls: totalOf(bareCalls.values()) / count,
    cpuPerMessage: (least(full.map(({ cpu }) => cpu)) - least(empty.map(({ cpu }) => cpu))) / count,
    floorPerMessage: least(floors.map(({ cpu }) => cpu)) / count,
    rate: rateOf(full),
    floorRate: rateOf(floors),
  }
}

type Cost = z.infer<typeof costSchema>

interface Fetch extends Cost {
  readonly calls: ReadonlyMap<string, number>
}

/** Waits until no message of an earlier run is planned any more, so that all runs begin with an idle stack. */
const planned = async ({ local }: TestStack): Promise<void> => {
  for (;;) {
    const { ready, inFlight, delayed } = local.queueDepth('PlanningAnnounced')
    if (ready + inFlight + delayed + local.running() === 0) return
    await sleep(checkAgainMs)
  }
}

const totalOf = (values: Iterable<number>): number => [...values].reduce((sum, one) => sum + one, 0)

const perMessage = (full: Fetch['calls'] = new Map(), empty: Fetch['calls'] = new Map(), count: number) =>
  Object.fromEntries(
    [...full]
      .map(([name, times]) => [name, (times - (empty.get(name) ?? 0)) / count] as const)
      .filter(([, share]) => share > 0),
  )

/** Watches the fetch function from outside: its calls, and the processor time of its process. */
class FetchWatch {
  #calls = new Map<string, number>()
  #pid = 0
  #cpuBefore = 0
  #ended: ((cpu: number) => void) | undefined

  noteCall({ accessKeyId, service, operation, method, body }: ServiceCall): void {
    if (!accessKeyId.startsWith('Fetching')) return
    const action = service === 'messaging' ? /\bAction=(\w+)/.exec(body.toString('latin1', 0, 200))?.[1] : undefined
    const name = `${service} ${operation ?? action ?? method}`
    this.#calls.set(name, (this.#calls.get(name) ?? 0) + 1)
  }

  noteEvent(event: LocalEvent): void {
    if (event.type !== 'invocation-start' && event.type !== 'invocation-end') return
    if (!event.functionId.startsWith('Fetching')) return
    if (event.type === 'invocation-start') {
      this.#pid = event.pid
      this.#cpuBefore = processorTime(event.pid)
    } else this.#ended?.(processorTime(this.#pid) - this.#cpuBefore)
  }

  async nextFetch(ask: () => Promise<unknown>): Promise<Fetch> {
    this.takeCalls()
    const { promise, resolve } = Promise.withResolvers<number>()
    this.#ended = resolve
    const begun = performance.now()
    await ask()
    const cpu = await promise
    return { cpu, milliseconds: performance.now() - begun, calls: this.takeCalls() }
  }

  /** @returns the calls since the last time, by operation */
  takeCalls(): ReadonlyMap<string, number> {
    const calls = this.#calls
    this.#calls = new Map()
    return calls
  }
}

/** @returns the milliseconds that all threads of a process have used so far, see proc(5) */
const processorTime = (pid: number): number => {
  // The name of the program, in parentheses, may contain spaces.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * millisecondsPerTick
}

const answerSchema = z.object({ cost: costSchema.optional(), failure: z.string().optional() })

/** Starts the process of the bare calls, with the credentials and the addresses of the fetch function. */
const startBare = (stack: TestStack) => {
  const { local } = stack
  const { region, credentials } = local.clientConfigOf('FetchingFunction')
  const child: ChildProcess = fork(fileURLToPath(new URL('calls/bare-calls.ts', import.meta.url)), {
    env: {
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_ENDPOINT_URL_DYNAMODB: local.endpoints.dynamodb,
      AWS_ENDPOINT_URL_S3: local.endpoints.s3,
      AWS_ENDPOINT_URL_SNS: local.endpoints.sns,
    },
  })
  const place = {
    bucket: stack.resource('RawMailBucket'),
    table: stack.resource('TablesMessages'),
    topic: stack.resource('AnnouncementsTopic'),
  }
  let round = 0
  return {
    /** @returns the milliseconds, and how many of them its processor worked */
    run: async (mails: readonly Buffer[]): Promise<Cost> => {
      round += 1
      const messages = mails.map((mail, index) => ({
        id: createHash('sha256').update(`${round} ${index}`).digest('hex'),
        body: mail.toString('base64'),
      }))
      const answered = once(child, 'message')
      child.send({ place, messages } satisfies BareCommand)
      const { cost, failure } = answerSchema.parse((await answered)[0])
      if (cost === undefined) throw new Error(failure)
      return cost
    },
    [Symbol.asyncDispose]: async () => {
      const gone = once(child, 'exit')
      child.disconnect()
      await gone
    },
  }
}
