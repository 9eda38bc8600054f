import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { DynamoCircuits } from '../../lib/handover/circuits/dynamo-circuits.ts'
import { DynamoDestinations } from '../../lib/handover/destinations/destination-store.ts'
import { FiguresStore } from '../../lib/handover/destinations/figures.ts'
import { deliveryIdOf } from '../../lib/handover/ledger/delivery.ts'
import { DynamoDeliveryLedger } from '../../lib/handover/ledger/delivery-ledger.ts'
import { handled } from '../../lib/handover/ledger/transitions.ts'
import { BalanceCursor } from '../../lib/handover/sweeping/balance-cursor.ts'
import { dayOf } from '../../lib/tables/items.ts'
import { Table } from '../../lib/tables/table.ts'
import { type TableName, tables } from '../../lib/tables/tables.ts'
import { smallMessages } from '../mail-server/corpus.ts'
import { type MailServer, startMailServer } from '../mail-server/server.ts'
import { assembly, assemblyLimitMs } from '../support/assembly.ts'
import { destinationOf } from '../support/handover-world.ts'
import { PublishedNotices } from '../support/published-notices.ts'
import { accountOn, startStack, type TestStack } from '../support/stack.ts'

let server: MailServer
let stack: TestStack
let client: DynamoDBClient
const notices = new PublishedNotices()

beforeAll(async () => {
  await assembly()
  server = await startMailServer({ users: [{ name: 'desk', password: 'a-password-of-this-test' }] })
  stack = await startStack({ servers: [server], onServiceCall: notices.onServiceCall })
  client = new DynamoDBClient({ ...stack.local.clientConfig, endpoint: stack.local.endpoints.dynamodb })
}, assemblyLimitMs)
afterAll(async () => {
  client?.destroy()
  await stack?.[Symbol.asyncDispose]()
  await server?.stop()
})

const table = (name: TableName, id: string) => new Table(client, stack.resource(id), tables[name])

it('mail that the deployed functions collect is planned for a destination, even if its announcement is lost', async () => {
  const handover = table('handover', 'TablesHandover')
  const messages = table('messages', 'TablesMessages')
  const ledger = new DynamoDeliveryLedger(table('deliveries', 'TablesDeliveries'))
  await new DynamoDestinations(handover).create(destinationOf('d1', { kind: 'pull' }))

  server.user('desk').inbox.appendAll(smallMessages(2, { seed: 8 }))
  const settings = { authentication: 'password', password: 'a-password-of-this-test' }
  await stack.api.good('POST', '/accounts', { body: { ...accountOn(server, 'IMAPS', 'desk'), ...settings } })
  const deliveries = async () => {
    const rows = []
    for await (const page of messages.everything()) rows.push(...page)
    const ids = rows.map(({ messageId }) => deliveryIdOf('d1', String(messageId)))
    return await ledger.readMany(ids)
  }
  await expect.poll(deliveries, { timeout: 60_000 }).toHaveLength(2)
  await expect.poll(() => stack.local.running()).toBe(0)
  const [lost, removed] = await deliveries()
  if (!lost || !removed) throw new Error('A delivery is missing')

  // Twenty minutes ago, the announcement of one message was lost, and so was the row of the other message's delivery.
  const before = new Date(Date.now() - 20 * 60_000).toISOString()
  for (const { deliveryId } of [lost, removed]) await table('deliveries', 'TablesDeliveries').delete(deliveryId)
  await messages.update(lost.messageId, {
    text: 'SET #unplanned = :bucket, #storedAt = :before, #day = :day, #announcedAt = :before REMOVE #plannedFor',
    values: { bucket: 'unplanned#0', before, day: dayOf(before) },
  })
  await messages.update(removed.messageId, {
    text: 'SET #storedAt = :before, #day = :day',
    values: { before, day: dayOf(before) },
  })
  await new BalanceCursor(handover).write(before)
  await sweep()
  expect(await deliveries()).toHaveLength(2)
  expect(await new FiguresStore(handover).read('d1')).toMatchObject({ open: 1, quarantined: 0 })

  const again = await ledger.read(lost.deliveryId)
  if (!again) throw new Error('The delivery is missing')
  const ended = handled(again, new Date().toISOString(), { code: 'handled', detail: 'By hand.', remedy: 'None.' })
  expect(await ledger.replace(again, ended)).toBe(true)
  await sweep()
  expect(await ledger.read(lost.deliveryId)).not.toHaveProperty('dueAt')

  // The first plan was killed before its last write, and is repeated after the delivery has ended.
  const openDeliveries = table('openDeliveries', 'TablesOpenDeliveries')
  const plannedAgain = async (repeat: () => Promise<unknown>) => {
    await messages.update(lost.messageId, { text: 'SET #unplanned = :bucket', values: { bucket: 'unplanned#0' } })
    await repeat()
    expect(await messages.get(lost.messageId)).not.toHaveProperty('unplanned')
    expect(await openDeliveries.get([lost.lane, lost.place])).toBeUndefined()
  }
  const body = JSON.stringify({ messageId: lost.messageId })
  await plannedAgain(async () =>
    expect(
      await stack.local.invoke('PlanningFunction', { Records: [{ messageId: 'm', body, attributes: {} }] }),
    ).toEqual({ status: 'ok', payload: { batchItemFailures: [] } }),
  )
  await plannedAgain(sweep)
})

it('people are told once when a destination is suspended', async () => {
  const circuits = new DynamoCircuits(table('handover', 'TablesHandover'))
  const why = { code: 'receiver-rejects', detail: 'It answers with 410.', remedy: 'Repair it.' }
  await circuits.open('d1', why, new Date().toISOString(), true)
  notices.take()
  await sweep()
  await sweep()
  expect(notices.take()).toEqual(['Postmaster: Desk d1 does not accept mail'])
})

const sweep = async () => expect(await stack.local.fireRule('DeliverySweep')).toMatchObject([{ status: 'ok' }])
