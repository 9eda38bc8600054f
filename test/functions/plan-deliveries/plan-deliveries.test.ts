import type { SQSEvent } from 'aws-lambda'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { planHandler } from '../../../functions/plan-deliveries/handler.ts'
import { deliveryIdOf } from '../../../lib/handover/ledger/delivery.ts'
import { announcementJson, announcementOf } from '../../../lib/messages/announcing/announcement.ts'
import { startTables, type TestTables } from '../../support/dynamo.ts'
import { destinationOf, type HandoverWorld, handoverWorld } from '../../support/handover-world.ts'
import { memoryLog } from '../../support/http-event.ts'
import { messageOf } from '../../support/messages.ts'

let tables: TestTables
let world: HandoverWorld
beforeAll(async () => {
  tables = await startTables()
})
beforeEach(async () => {
  await tables.clear()
  world = handoverWorld(tables)
  world.addDestinations(destinationOf('d1'))
})
afterAll(() => tables.stop())

const eventOf = (...bodies: string[]) =>
  ({ Records: bodies.map((body, i) => ({ messageId: `sqs-${i}`, body })) }) as unknown as SQSEvent

const run = async (event: SQSEvent, changed: Partial<HandoverWorld['services']> = {}) => {
  const log = memoryLog()
  const counted: string[] = []
  const metrics = { count: (name: string) => counted.push(name) }
  const answer = await planHandler({ services: { ...world.services, ...changed }, log, metrics })(event)
  return { answer, log, counted }
}

const bodyOf = (name: string) => announcementJson(announcementOf(messageOf(name), 'bucket'))

it('The function plan-deliveries plans each announced message', async () => {
  await world.storeMessages(messageOf('one'), messageOf('two'))
  const { answer, log } = await run(eventOf(bodyOf('one'), bodyOf('two'), bodyOf('one')))
  expect(answer).toEqual({ batchItemFailures: [] })
  expect(log.lines).toEqual([])
  const ids = ['one', 'two'].map((name) => deliveryIdOf('d1', messageOf(name).messageId))
  expect(await world.services.ledger.readMany(ids)).toHaveLength(2)
  expect(world.takeWakes()).toHaveLength(2)
})

it('The function plan-deliveries reads the destinations once for a batch, and each message once', async () => {
  await world.storeMessages(messageOf('one'), messageOf('two'))
  const all = vi.spyOn(world.services.destinations, 'all')
  const read = vi.spyOn(world.services.plans, 'read')
  await run(eventOf(bodyOf('one'), bodyOf('two')))
  expect(all).toHaveBeenCalledTimes(1)
  expect(read).toHaveBeenCalledTimes(2)
  expect(world.takeWakes()).toHaveLength(2)
})

it('The function plan-deliveries drops a body that is not an announcement, and does not log it', async () => {
  const { answer, log, counted } = await run(eventOf('confidential', '{"messageId":"confidential"}'))
  expect(answer).toEqual({ batchItemFailures: [] })
  expect(counted).toEqual(['AnnouncementsUnreadable', 'AnnouncementsUnreadable'])
  expect(log.lines.join()).toContain('sqs-1')
  expect(log.lines.join()).not.toContain('confidential')
})

it('The function plan-deliveries reports each failed record and plans the others', async () => {
  await world.storeMessages(messageOf('one'), messageOf('two'))
  const failing = deliveryIdOf('d1', messageOf('one').messageId)
  const send = async (jobs: readonly { readonly wake: { readonly deliveryId: string } }[]) => {
    if (jobs.some(({ wake }) => wake.deliveryId === failing)) throw new TypeError('secret row')
    return []
  }
  const { answer, log, counted } = await run(eventOf(bodyOf('one'), bodyOf('two')), { wakes: { send } })
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'sqs-0' }] })
  expect(counted).toEqual(['PlanningFailed'])
  expect(log.lines.join()).not.toContain('secret row')
  expect(await world.services.plans.read(messageOf('one').messageId)).toMatchObject({ unplanned: true })
  expect(await world.services.plans.read(messageOf('two').messageId)).toMatchObject({ unplanned: false })
})
