import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { ChangeMessageVisibilityCommand, SQSClient } from '@aws-sdk/client-sqs'
import { DynamoCircuits } from '../../../lib/handover/circuits/dynamo-circuits.ts'
import type { Destination } from '../../../lib/handover/destinations/destination.ts'
import { type Delivery, isEnded } from '../../../lib/handover/ledger/delivery.ts'
import { DynamoDeliveryLedger } from '../../../lib/handover/ledger/delivery-ledger.ts'
import { DynamoOpenLanes } from '../../../lib/handover/ledger/open-lanes.ts'
import { DynamoPlanLedger } from '../../../lib/handover/planning/dynamo-plan-ledger.ts'
import { balance, type Missing } from '../../../lib/handover/sweeping/balance.ts'
import { dayOf } from '../../../lib/tables/items.ts'
import { Table } from '../../../lib/tables/table.ts'
import { type TableName, tables } from '../../../lib/tables/tables.ts'
import type { TestStack } from '../../support/stack.ts'
import type { HeldMessage } from './kills-at-calls.ts'

const minute = 60_000
const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * minute).toISOString()
/** Every deadline is set to this time. */
const longAgo = () => minutesAgo(1)

/** The tables and queues of a stack, in which a test lets the deadlines pass for which it cannot wait. */
export class PassingTime {
  readonly #stack: TestStack
  readonly #dynamo: DynamoDBClient
  readonly #sqs: SQSClient
  readonly #ledger: DynamoDeliveryLedger
  readonly #plans: DynamoPlanLedger

  constructor(stack: TestStack) {
    this.#stack = stack
    const { clientConfig, endpoints } = stack.local
    this.#dynamo = new DynamoDBClient({ ...clientConfig, endpoint: endpoints.dynamodb })
    this.#sqs = new SQSClient({ ...clientConfig, endpoint: endpoints.sqs })
    this.#ledger = new DynamoDeliveryLedger(this.#table('deliveries'))
    this.#plans = new DynamoPlanLedger(this.#table('messages'))
  }

  /** Call it only while no function is running, because it ends every lease. */
  async pass(held: readonly HeldMessage[]): Promise<void> {
    for (const read of await this.deliveries()) await this.#letPass(read)
    for (const messageId of await this.#messageIds('unplanned'))
      await this.#table('messages').update(messageId, {
        // The order of mail of an IMAP server does not depend on these times.
        text: 'SET #storedAt = :before, #day = :day, #announcedAt = :before',
        values: { before: minutesAgo(12), day: dayOf(minutesAgo(12)) },
      })
    for (const { queue, receiptHandle } of held) await this.#handOutAgain(queue, receiptHandle)
  }

  async #letPass(read: Delivery): Promise<void> {
    if (isEnded(read) && read.dueAt === undefined) return
    const at = longAgo()
    await this.#ledger.replace(read, {
      ...read,
      revision: read.revision + 1,
      ...(read.dueAt !== undefined && { dueAt: at }),
      ...(read.leaseUntil !== undefined && { leaseUntil: at }),
      ...(read.nextAttemptAt !== undefined && { nextAttemptAt: at }),
    })
  }

  async #handOutAgain(queue: string, ReceiptHandle: string): Promise<void> {
    const QueueUrl = Object.values(this.#stack.local.resources).find((ref) => ref.endsWith(`/${queue}`))
    await this.#sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }))
  }

  async deliveries(): Promise<Delivery[]> {
    const found: string[] = []
    for await (const rows of this.#table('deliveries').everything())
      found.push(...rows.map(({ deliveryId }) => String(deliveryId)))
    return await this.#ledger.readMany(found)
  }

  /** @returns the messages that have this attribute */
  async #messageIds(attribute = 'messageId'): Promise<string[]> {
    const found: string[] = []
    for await (const rows of this.#table('messages').everything())
      found.push(...rows.filter((row) => attribute in row).map(({ messageId }) => String(messageId)))
    return found
  }

  async unplanned(): Promise<number> {
    return (await this.#messageIds('unplanned')).length
  }

  /** @returns how many deliveries are marked as open in their lanes */
  async openMarkers(): Promise<number> {
    let markers = 0
    for await (const rows of this.#table('openDeliveries').everything()) markers += rows.length
    return markers
  }

  /** Compares all messages with their deliveries, as the sweep does 15 minutes after they were stored. */
  async missing(destinations: readonly Destination[]): Promise<Missing> {
    const later = new Date(Date.now() + 20 * minute)
    const services = {
      destinations: { all: async () => [...destinations], read: async () => undefined },
      ledger: this.#ledger,
      plans: this.#plans,
      lanes: new DynamoOpenLanes(this.#table('openDeliveries')),
      circuits: new DynamoCircuits(this.#table('handover')),
      retention: { markEnded: async () => undefined },
      wakes: { send: async () => [] },
      balanceCursor: { read: async () => minutesAgo(60), write: async () => undefined },
      now: () => later,
      random: () => 0.5,
    }
    return await balance(services, destinations, () => true)
  }

  close(): void {
    this.#dynamo.destroy()
    this.#sqs.destroy()
  }

  #table(name: TableName): Table {
    const id = `Tables${name.charAt(0).toUpperCase()}${name.slice(1)}`
    return new Table(this.#dynamo, this.#stack.resource(id), tables[name])
  }
}
