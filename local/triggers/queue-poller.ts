import * as z from 'zod'
import { messageOf } from '../common/errors.ts'
import type { LocalEvent } from '../common/local-event.ts'
import type { Messaging } from '../emulators/fauxqs/messaging.ts'
import type { InvocationOutcome } from '../lambda/invocation.ts'
import type { QueueMapping } from './queue-mappings.ts'

const longPollSeconds = 20
const pauseAfterTroubleMs = 1000

const messageSchema = z.object({
  MessageId: z.string(),
  ReceiptHandle: z.string(),
  Body: z.string(),
  MD5OfBody: z.string(),
  MD5OfMessageAttributes: z.string().optional(),
  Attributes: z.record(z.string(), z.string()).default({}),
  MessageAttributes: z
    .record(
      z.string(),
      z.object({ DataType: z.string(), StringValue: z.string().optional(), BinaryValue: z.string().optional() }),
    )
    .default({}),
})
const receivedSchema = z.object({ Messages: z.array(messageSchema).default([]) })
type Message = z.infer<typeof messageSchema>
const deletedSchema = z.object({ Failed: z.array(z.unknown()).default([]) })

const partialFailuresSchema = z.object({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish(),
})

/**
 * Lambda's event source for SQS. It receives batches while a slot is free, runs the function, and deletes the messages
 * that succeeded. Failed messages stay hidden until their visibility timeout ends, and the queue's redrive policy
 * eventually moves them. A FIFO queue delivers one message of a group at a time, so a group never has two concurrent
 * runs.
 */
export class QueuePoller {
  readonly #mapping: QueueMapping
  readonly #messaging: Messaging
  readonly #region: string
  readonly #onEvent: (event: LocalEvent) => void
  readonly #batches = new Set<Promise<void>>()
  #waiting: AbortController | undefined
  #stopped = false
  #loop: Promise<void> = Promise.resolve()
  /** Wakes the loop when a batch is finished. */
  #slotFree: () => void = () => undefined

  constructor(
    mapping: QueueMapping,
    place: { messaging: Messaging; region: string; onEvent: (event: LocalEvent) => void },
  ) {
    this.#mapping = mapping
    this.#messaging = place.messaging
    this.#region = place.region
    this.#onEvent = place.onEvent
  }

  /**
   * Starts polling. First releases the messages that an ended process still held, because no function works on them any
   * more.
   */
  async start(): Promise<void> {
    for (const ReceiptHandle of this.#messaging.inFlightReceipts(this.#mapping.queueName)) {
      await this.#call('ChangeMessageVisibility', { ReceiptHandle, VisibilityTimeout: 0 })
    }
    this.#loop = this.#poll()
  }

  /** Stops receiving. Batches in progress end with their functions. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#waiting?.abort()
    this.#slotFree()
    await this.#loop
  }

  /** Waits for the batches in progress. Call it after the functions have been stopped. */
  async settled(): Promise<void> {
    await Promise.all(this.#batches)
  }

  async #poll(): Promise<void> {
    while (!this.#stopped) {
      if (this.#batches.size >= this.#mapping.maximumConcurrency) {
        await new Promise<void>((resolve) => {
          this.#slotFree = resolve
        })
        continue
      }
      try {
        const messages = await this.#takeBatch()
        if (messages.length === 0) continue
        const batch = this.#work(messages).finally(() => {
          this.#batches.delete(batch)
          this.#slotFree()
        })
        this.#batches.add(batch)
      } catch (error) {
        if (this.#stopped) return
        this.#trouble(error)
        await new Promise((resolve) => setTimeout(resolve, pauseAfterTroubleMs))
      }
    }
  }

  async #takeBatch(): Promise<Message[]> {
    const { batchSize, batchingWindowMs } = this.#mapping
    const messages = await this.#receive(batchSize, longPollSeconds)
    const until = Date.now() + batchingWindowMs
    while (messages.length > 0 && messages.length < batchSize && Date.now() < until && !this.#stopped) {
      messages.push(...(await this.#receive(batchSize - messages.length, Math.ceil((until - Date.now()) / 1000))))
    }
    return messages
  }

  async #receive(limit: number, waitSeconds: number): Promise<Message[]> {
    this.#waiting = new AbortController()
    const input = {
      MaxNumberOfMessages: limit,
      WaitTimeSeconds: Math.min(waitSeconds, longPollSeconds),
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    }
    return receivedSchema.parse(await this.#call('ReceiveMessage', input, this.#waiting.signal)).Messages
  }

  async #work(messages: readonly Message[]): Promise<void> {
    try {
      const outcome = await this.#mapping.pool.invoke(
        { Records: messages.map((message) => this.#record(message)) },
        'queue',
      )
      const Entries = this.#succeeded(messages, outcome).map(({ MessageId: Id, ReceiptHandle }) => ({
        Id,
        ReceiptHandle,
      }))
      if (Entries.length === 0) return
      const { Failed } = deletedSchema.parse(await this.#call('DeleteMessageBatch', { Entries }))
      if (Failed.length > 0)
        throw new Error(`The queue kept messages that the function has processed: ${Failed.length}`)
    } catch (error) {
      if (!this.#stopped) this.#trouble(error)
    }
  }

  #succeeded(messages: readonly Message[], outcome: InvocationOutcome): readonly Message[] {
    if (outcome.status !== 'ok') return []
    if (!this.#mapping.partialFailures || outcome.payload === null) return messages
    // Lambda treats a response that it cannot parse, or an unknown id, as a failure of the whole batch.
    const parsed = partialFailuresSchema.safeParse(outcome.payload)
    if (!parsed.success) return []
    const failed = new Set(parsed.data.batchItemFailures?.map((item) => item.itemIdentifier) ?? [])
    const known = new Set(messages.map((message) => message.MessageId))
    if ([...failed].some((id) => !known.has(id))) return []
    return messages.filter((message) => !failed.has(message.MessageId))
  }

  #record(message: Message): object {
    const attributes = Object.entries(message.MessageAttributes).map(([name, value]) => [
      name,
      {
        stringValue: value.StringValue,
        binaryValue: value.BinaryValue,
        stringListValues: [],
        binaryListValues: [],
        dataType: value.DataType,
      },
    ])
    return {
      messageId: message.MessageId,
      receiptHandle: message.ReceiptHandle,
      body: message.Body,
      attributes: message.Attributes,
      messageAttributes: Object.fromEntries(attributes),
      md5OfBody: message.MD5OfBody,
      md5OfMessageAttributes: message.MD5OfMessageAttributes,
      eventSource: 'aws:sqs',
      eventSourceARN: this.#mapping.queueArn,
      awsRegion: this.#region,
    }
  }

  #call(operation: string, input: object, signal?: AbortSignal): Promise<unknown> {
    return this.#messaging.call(operation, { QueueUrl: this.#mapping.queueUrl, ...input }, signal)
  }

  #trouble(error: unknown): void {
    this.#onEvent({ type: 'queue-trouble', queue: this.#mapping.queueName, message: messageOf(error) })
  }
}
