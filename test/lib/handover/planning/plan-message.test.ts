import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { deliveryIdOf } from '../../../../lib/handover/ledger/delivery.ts'
import { planMessage } from '../../../../lib/handover/planning/plan-message.ts'
import { startTables, type TestTables } from '../../../support/dynamo.ts'
import { destinationOf, type HandoverWorld, handoverWorld } from '../../../support/handover-world.ts'
import { messageOf } from '../../../support/messages.ts'

let tables: TestTables
let world: HandoverWorld
beforeAll(async () => {
  tables = await startTables()
})
beforeEach(async () => {
  await tables.clear()
  world = handoverWorld(tables)
})
afterAll(() => tables.stop())

const message = messageOf('one')
const { messageId } = message
const idAt = (destinationId: string) => deliveryIdOf(destinationId, messageId)

describe('planning', () => {
  it('creates one delivery for each destination that selects the message', async () => {
    const other = { queueIds: ['queue-2'], trustedOnly: false, loops: true }
    world.addDestinations(
      destinationOf('d1'),
      destinationOf('d2', { selection: other }),
      destinationOf('d3', { validity: 'invalid' }),
      destinationOf('d4', { kind: 'pull' }),
    )
    await world.storeMessages(message)
    await planMessage(world.services, messageId)
    const read = await world.services.plans.read(messageId)
    expect(read).toMatchObject({ unplanned: false, plannedFor: ['d1', 'd3', 'd4'] })
    const rows = await world.services.ledger.readMany(['d1', 'd2', 'd3', 'd4'].map(idAt))
    expect(rows.map(({ destinationId }) => destinationId).toSorted()).toEqual(['d1', 'd3', 'd4'])
    for (const row of rows) {
      expect(row).toMatchObject({ state: 'pending', revision: 1, messageId })
      expect(await world.services.lanes.head(row.lane)).toMatchObject({ deliveryId: row.deliveryId })
    }
    expect((await world.services.ledger.read(idAt('d4')))?.dueAt).toBe(world.at())
    expect(world.takeWakes()).toMatchObject([{ wake: { deliveryId: idAt('d1'), revision: 1 }, concurrency: 2 }])
  })

  it('changes nothing when it is repeated', async () => {
    world.addDestinations(destinationOf('d1'))
    await world.storeMessages(message)
    await planMessage(world.services, messageId)
    const [row, [wake]] = [await world.services.ledger.read(idAt('d1')), world.takeWakes()]
    expect(wake).toBeDefined()
    world.pass(1)
    await planMessage(world.services, messageId)
    await planMessage(world.services, 'f'.repeat(64))
    expect(await world.services.ledger.read(idAt('d1'))).toEqual(row)
    expect(world.takeWakes()).toEqual([])
  })

  it('keeps the decision if destinations change between the decision and the rows', async () => {
    world.addDestinations(destinationOf('d1'), destinationOf('d2'))
    await world.storeMessages(message)
    await world.services.plans.decide(messageId, ['d1', 'gone'], world.at())
    await planMessage(world.services, messageId)
    expect(await world.services.plans.read(messageId)).toMatchObject({ unplanned: false, plannedFor: ['d1', 'gone'] })
    const rows = await world.services.ledger.readMany(['d1', 'd2', 'gone'].map(idAt))
    expect(rows.map(({ destinationId }) => destinationId)).toEqual(['d1'])
  })

  it('leaves a message that no destination selects without deliveries', async () => {
    await world.storeMessages(message)
    await planMessage(world.services, messageId)
    expect(await world.services.plans.read(messageId)).toMatchObject({ unplanned: false, plannedFor: [] })
  })

  it('ignores messages that were stored before hand-over existed', async () => {
    world.addDestinations(destinationOf('d1'))
    await world.storeMessages(messageOf('one', { state: 'announced', announcedAt: message.storedAt }))
    await planMessage(world.services, messageId)
    expect(await world.services.plans.read(messageId)).not.toHaveProperty('plannedFor')
    expect(await world.services.ledger.read(idAt('d1'))).toBeUndefined()
  })

  it('wakes nothing while the circuit is open', async () => {
    world.addDestinations(destinationOf('d1'))
    await world.storeMessages(message)
    const why = { code: 'timed-out', detail: 'The server did not answer.', remedy: 'Start the server.' }
    await world.services.circuits.open('d1', why, world.at(), false)
    await planMessage(world.services, messageId)
    expect(await world.services.ledger.read(idAt('d1'))).toBeDefined()
    expect(world.takeWakes()).toEqual([])
  })

  it('first plans earlier mails of the conversation', async () => {
    world.addDestinations(destinationOf('d1'))
    const header = { references: [], recipients: [], truncated: [] }
    const first = messageOf('first', { header: { ...header, messageIdHeader: '<first@example.org>' } })
    const reply = messageOf('reply', {
      header: { ...header, messageIdHeader: '<reply@example.org>', references: ['<first@example.org>'] },
    })
    await world.storeMessages(reply, first)
    await planMessage(world.services, reply.messageId)
    const lanes = world.takeWakes().map(({ wake }) => [wake.deliveryId, wake.lane])
    expect(lanes.map(([id]) => id)).toEqual([first, reply].map((mail) => deliveryIdOf('d1', mail.messageId)))
    const [lane = ''] = new Set(lanes.map(([, one]) => one))
    expect(await world.services.lanes.head(lane)).toMatchObject({ deliveryId: deliveryIdOf('d1', first.messageId) })
  })
})
