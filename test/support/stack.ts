import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { JWTPayload } from 'jose'
import * as z from 'zod'
import { accountTypes } from '../../lib/mailbox/account-type.ts'
import { Table } from '../../lib/tables/table.ts'
import {
  type InvocationEnd,
  type LocalEvent,
  type LocalOptions,
  type LocalStack,
  startLocal,
} from '../../local/start-local.ts'
import { grantsVariable, noteGrants } from '../suite/used-grants.ts'
import { assembly } from './assembly.ts'
import { DeniedCalls } from './denied-calls.ts'
import { StackApi } from './stack-api.ts'

export interface TestStackOptions extends Partial<LocalOptions> {
  /** The servers whose ports the deployment allows. */
  readonly servers?: ReadonlyArray<{ port(type: (typeof accountTypes)[number]): number }>
}

/** The properties of a test server that a mail account needs. */
interface MailServerForTests {
  readonly caPem: string
  port(type: (typeof accountTypes)[number]): number
}

export const accountOn = (server: MailServerForTests, type: (typeof accountTypes)[number], username: string) => ({
  type,
  host: 'localhost',
  port: server.port(type),
  username,
  ...(type !== 'IMAP' && type !== 'POP3' && { customCa: server.caPem }),
})

const tickMs = 10 * 60_000
const { [grantsVariable]: grantsFolder } = z.object({ [grantsVariable]: z.string().optional() }).parse(process.env)

/** The whole product on this machine, from the synthesised assembly, with helpers that many tests need. */
export class TestStack implements AsyncDisposable {
  readonly local: LocalStack
  readonly api: StackApi
  readonly events: readonly LocalEvent[]
  readonly denied: DeniedCalls
  /** Whether the stack has the templates of the product without changes. */
  readonly #ownTemplates: boolean
  /** The time of the next tick. Each tick is one slot later, and the first is now. */
  #nextTick = Date.now()

  constructor(local: LocalStack, events: readonly LocalEvent[], denied: DeniedCalls, ownTemplates: boolean) {
    this.local = local
    this.events = events
    this.denied = denied
    this.#ownTemplates = ownTemplates
    this.api = new StackApi(local.apiUrl, local.token ?? '', (accountId) =>
      this.changeAccount(accountId, { validity: 'valid' }),
    )
  }

  /** Changes fields of an account's row directly, without the API. */
  async changeAccount(accountId: string, values: Readonly<Record<string, string>>): Promise<void> {
    const client = new DynamoDBClient({ ...this.local.clientConfig, endpoint: this.local.endpoints.dynamodb })
    const accounts = new Table(client, this.resource('TablesAccounts'), { partitionKey: 'accountId' })
    const changes = Object.keys(values).map((name) => `#${name} = :${name}`)
    await accounts.update(accountId, { text: `SET ${changes.join(', ')}`, values })
    client.destroy()
  }

  /** @returns the ended invocations of the function with this text in its logical id */
  ended(functionId: string): InvocationEnd[] {
    return this.events.filter(
      (event): event is InvocationEnd => event.type === 'invocation-end' && event.functionId.includes(functionId),
    )
  }

  /** Fires the schedule's rule for the next slot, and waits until all requested fetches have ended. */
  async tick(limitMs = 120_000): Promise<void> {
    await this.fireTick()
    await this.settled(limitMs)
  }

  async fireTick(): Promise<void> {
    const time = new Date(this.#nextTick)
    this.#nextTick += tickMs
    const outcomes = await this.local.fireRule('ScheduleTick', { time })
    for (const { status } of outcomes) if (status !== 'ok') throw new Error(`dispatch ended ${status}`)
  }

  /** Waits until the fetch queue is empty and no function is running. */
  async settled(limitMs = 120_000): Promise<void> {
    const until = Date.now() + limitMs
    for (;;) {
      const { ready, inFlight, delayed } = this.local.queueDepth('FetchQueueJobs')
      if (ready + inFlight + delayed + this.local.running() === 0) return
      if (Date.now() > until) throw new Error(`still ${ready} jobs ready, ${inFlight} in flight after ${limitMs} ms`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  /** @returns the `Ref` value of the resource whose logical id begins with this text */
  resource(match: string): string {
    const found = Object.entries(this.local.resources).filter(([id]) => id.startsWith(match))
    const [first, second] = found
    if (first === undefined || second !== undefined) throw new Error(`${found.length} resources match ${match}`)
    return first[1]
  }

  signToken(claims: JWTPayload): Promise<string> {
    return this.local.signToken(claims)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.local.stop({ graceMs: 0 })
    if (grantsFolder !== undefined && this.#ownTemplates) noteGrants(grantsFolder, [...this.local.grantUses()])
    this.denied.check()
  }
}

/**
 * Starts the stack. Mail servers on this machine are allowed, and the schedule fires only when the test triggers it.
 */
export const startStack = async ({ servers = [], ...options }: TestStackOptions = {}): Promise<TestStack> => {
  const events: LocalEvent[] = []
  const denied = new DeniedCalls()
  const ports = new Set(servers.flatMap((server) => accountTypes.map((type) => server.port(type))))
  const local = await startLocal({
    assembly: await assembly(),
    ...options,
    parameters: { AllowPrivateAddresses: 'true', ExtraMailPorts: [...ports].join(','), ...options.parameters },
    onEvent: (event) => {
      events.push(event)
      denied.note(event)
      options.onEvent?.(event)
    },
  })
  return new TestStack(local, events, denied, options.assembly === undefined)
}
