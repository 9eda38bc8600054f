import { ChangeMessageVisibilityCommand, SQSClient, SQSServiceException } from '@aws-sdk/client-sqs'
import * as z from 'zod'
import { isEnded } from '../../../lib/handover/ledger/delivery.ts'
import type { RunningInvocation } from '../../../local/start-local.ts'
import { PassingTime } from '../../crash/handover/passing-time.ts'
import { WebhookReceiver } from '../../crash/handover/receivers.ts'
import { type MailServer, startMailServer } from '../../mail-server/server.ts'
import { Consumer } from '../../support/announcements.ts'
import { assembly } from '../../support/assembly.ts'
import { RawMail, sha256 } from '../../support/raw-mail.ts'
import { accountOn, startStack, type TestStack } from '../../support/stack.ts'
import { ArmedFaults } from './fault-target.ts'

const password = 'a-password-of-this-test'
const signingSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const queueEvent = z.object({ Records: z.array(z.object({ receiptHandle: z.string(), eventSourceARN: z.string() })) })
/** In milliseconds. */
const lookEvery = 50
const calmLooks = 15
/** SNS and the queue of announcements together delay a plan by about this time. */
const plannedWithinMs = 3_000

/** A mailbox, a destination and an independent consumer around a stack whose calls to services can be made to fail. */
export class FaultWorld implements AsyncDisposable {
  readonly faults = new ArmedFaults()
  readonly receiver = new WebhookReceiver()
  #server: MailServer | undefined
  #stack: TestStack | undefined
  #time: PassingTime | undefined
  #consumer: Consumer | undefined
  #accountId = ''
  #events: unknown[] = []
  /** The message IDs under which each mail was announced, by the hash of its bytes. */
  readonly #announced = new Map<string, Set<string>>()

  async start(): Promise<void> {
    await assembly()
    const port = await this.receiver.start()
    this.#server = await startMailServer({ users: [{ name: 'desk', password }] })
    this.#stack = await startStack({
      servers: [this.#server],
      parameters: { ExtraWebhookPorts: String(port), AllowClearTextOnLoopback: 'true' },
      faults: this.faults.plan,
      onInvocation: ({ event }: RunningInvocation) => {
        this.#events.push(event)
      },
    })
    this.#time = new PassingTime(this.stack)
    this.#consumer = await Consumer.subscribe(this.stack)
    const webhook = { url: `http://127.0.0.1:${port}/hook`, signingSecret }
    await this.stack.api.good('POST', '/destinations', { body: { name: 'Tickets', kind: 'webhook', webhook } })
    const account = await this.stack.api.createAccount({ ...accountOn(this.#server, 'IMAPS', 'desk'), password })
    this.#accountId = account.accountId
    // A tick also examines accounts that were changed in the last two minutes. These calls are not on the way of a mail.
    await this.stack.changeAccount(this.#accountId, { changedAt: new Date(Date.now() - 3_600_000).toISOString() })
  }

  get stack(): TestStack {
    if (this.#stack === undefined) throw new Error('the world has not started')
    return this.#stack
  }

  get inbox() {
    if (this.#server === undefined) throw new Error('the world has not started')
    return this.#server.user('desk').inbox
  }

  /** Fires the next tick and waits until its work has ended. It may fail. */
  async tick(): Promise<void> {
    await this.stack.fireTick().catch(() => undefined)
    await this.#quiet()
    await new Promise((resolve) => setTimeout(resolve, plannedWithinMs))
    await this.#quiet()
  }

  /** Lets every deadline pass for which AWS would wait, and does the work that waited for it. */
  async recover(): Promise<void> {
    await this.#handOutAgain()
    await this.#time?.pass([])
    await this.stack.local.fireRule('DeliverySweep')
    await this.stack.api.ended(await this.stack.api.fetchNow(this.#accountId))
    await this.tick()
    for (const { deliveryId, state } of (await this.#time?.deliveries()) ?? [])
      if (state === 'quarantined') await this.stack.api.send('POST', `/deliveries/${deliveryId}/retry`, { body: {} })
    await this.#quiet()
  }

  /** Whether the mailbox is empty, no fetch job waits for its next delivery, and every delivery has ended. */
  async isDone(mails: readonly Buffer[]): Promise<boolean> {
    const deliveries = (await this.#time?.deliveries()) ?? []
    const received = new Set(this.receiver.subjects)
    const { ready, inFlight, delayed } = this.stack.local.queueDepth('FetchQueueJobs')
    return (
      this.inbox.messages.length === 0 &&
      ready + inFlight + delayed === 0 &&
      mails.every((mail) => received.has(subjectOf(mail))) &&
      deliveries.every((one) => isEnded(one) && one.dueAt === undefined) &&
      (await this.#time?.openMarkers()) === 0
    )
  }

  /** The mails that are no longer on the server although their bytes or their rows are missing. */
  async lost(mails: readonly Buffer[]): Promise<string[]> {
    const left = new Set(this.inbox.messages.map(({ body }) => sha256(body)))
    const stored = new Set((await new RawMail(this.stack).hashes()).values())
    const rows = new Set((await this.#messages()).map((message) => message.sha256))
    const gone = mails.filter((mail) => !left.has(sha256(mail)))
    return gone.filter((mail) => !stored.has(sha256(mail)) || !rows.has(sha256(mail))).map(subjectOf)
  }

  /** How many rows a mail has, and under how many IDs it was announced. Both must be 1. */
  async occurrences(mail: Buffer): Promise<{ readonly rows: number; readonly announcedIds: number }> {
    for (const { messageId, raw } of (await this.#consumer?.takeAll()) ?? [])
      this.#announced.set(raw.sha256, (this.#announced.get(raw.sha256) ?? new Set()).add(messageId))
    const rows = (await this.#messages()).filter((message) => message.sha256 === sha256(mail))
    return { rows: rows.length, announcedIds: this.#announced.get(sha256(mail))?.size ?? 0 }
  }

  /** What a person can see of failures since this moment: failed invocations, lines of logs, runs. */
  async signsSince(at: Date, from: number): Promise<string[]> {
    const signs = this.stack.events.slice(from).flatMap((event) => {
      if (event.type === 'invocation-end' && event.status !== 'ok') return [`${event.functionId} ${event.status}`]
      if (event.type === 'log' && /"level":"(ERROR|WARN)"/.test(event.line)) return [event.line]
      return []
    })
    const runs = (await this.stack.api.runsOf(this.#accountId)).filter(
      ({ askedAt, startedAt }) => new Date(startedAt ?? askedAt) >= at,
    )
    const troubled = runs.filter(({ state, events }) => state !== 'done' || events.length > 0)
    return [...signs, ...troubled.map(({ state, events }) => `run ${state} ${events.map(({ code }) => code)}`)]
  }

  #messages() {
    return this.stack.api.messages(`accountId=${this.#accountId}`)
  }

  /** Waits until no function has run for a moment. */
  async #quiet(): Promise<void> {
    for (let calm = 0; calm < calmLooks; ) {
      await new Promise((resolve) => setTimeout(resolve, lookEvery))
      calm = this.stack.local.running() === 0 ? calm + 1 : 0
    }
  }

  /** Ends the visibility timeout of every message that a function received and did not finish. */
  async #handOutAgain(): Promise<void> {
    const { clientConfig, endpoints, resources } = this.stack.local
    const sqs = new SQSClient({ ...clientConfig, endpoint: endpoints.sqs })
    for (const { receiptHandle, eventSourceARN } of this.#events
      .splice(0)
      .flatMap((event) => queueEvent.safeParse(event).data?.Records ?? [])) {
      const QueueUrl = Object.values(resources).find((ref) => ref.endsWith(`/${eventSourceARN.split(':').at(-1)}`))
      await sqs
        .send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout: 0 }))
        .catch((error: unknown) => {
          // Most messages have been finished, so their receipts are no longer valid.
          if (!(error instanceof SQSServiceException)) throw error
        })
    }
    sqs.destroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#time?.close()
    await this.#stack?.[Symbol.asyncDispose]()
    await this.#server?.stop()
    this.receiver.stop()
  }
}

export const subjectOf = (mail: Buffer): string => /^Subject: (.+)\r$/m.exec(mail.toString())?.[1] ?? ''
