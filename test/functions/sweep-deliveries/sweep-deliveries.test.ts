import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { sweepHandler } from '../../../functions/sweep-deliveries/handler.ts'
import { deliveryIdOf } from '../../../lib/handover/ledger/delivery.ts'
import { planMessage } from '../../../lib/handover/planning/plan-message.ts'
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
})
afterAll(() => tables.stop())

const plan = async (name: string) => {
  const message = messageOf(name, { storedAt: world.at() })
  await world.storeMessages(message)
  await planMessage(world.services, message.messageId)
  return message.messageId
}

const run = async (changed: Partial<HandoverWorld['services']> = {}, latestTickAge = async () => 0.4) => {
  const log = memoryLog()
  const recorded: [name: string, value: number, destination?: string][] = []
  const record = (name: string, value: number, dimensions: Readonly<Record<string, string>> = {}) => {
    const [dimension] = Object.values(dimensions)
    recorded.push(dimension === undefined ? [name, value] : [name, value, dimension])
  }
  const services = { ...world.services, ...changed }
  const handler = sweepHandler({ services, latestTickAge, log, metrics: { count: record, seconds: record } })
  const failure = await handler({}, { getRemainingTimeInMillis: () => 60_000 }).catch((error: unknown) => error)
  return { log, recorded, failure }
}

it('The function sweep-deliveries records each figure for each destination and for all of them', async () => {
  world.addDestinations(destinationOf('d1'), destinationOf('d2', { validity: 'invalid' }))
  await plan('old')
  world.pass(10)
  const why = { code: 'gone', detail: 'The receiver answered 410.', remedy: 'Ask its owner.' }
  await world.services.circuits.open('d1', why, world.at(), true)
  world.addDestinations(destinationOf('d2'))
  await plan('new')
  world.addDestinations(destinationOf('d2', { validity: 'invalid' }))
  const { recorded, failure, log } = await run()
  expect(failure).toBeUndefined()
  expect(log.lines).toEqual([])
  expect(recorded).toEqual(
    expect.arrayContaining([
      ['DeliveriesMissing', 0],
      ['OldestUndelivered', 600, 'd1'],
      ['OldestUndelivered', 600, 'd2'],
      ['OldestUndelivered', 600],
      ['DeliveriesOpen', 2, 'd1'],
      ['DeliveriesOpen', 4],
      ['DeliveriesInDoubt', 0],
      ['DeliveriesQuarantined', 0],
      ['DestinationsSuspended', 1, 'd1'],
      ['DestinationsSuspended', 1],
      ['AgentsSilent', 0],
    ]),
  )
  world.addDestinations(destinationOf('d1', { validity: 'invalid' }))
  expect((await run()).recorded).toContainEqual(['OldestUndelivered', 0])
})

it('The function sweep-deliveries reports deliveries that were missing', async () => {
  await run()
  world.addDestinations(destinationOf('d1'))
  const messageId = await plan('one')
  await tables.table('deliveries').delete(deliveryIdOf('d1', messageId))
  world.pass(16)
  const { recorded, log, failure } = await run()
  expect(failure).toBeUndefined()
  expect(recorded).toEqual(
    expect.arrayContaining([
      ['DeliveriesMissing', 1, 'd1'],
      ['DeliveriesMissing', 1],
    ]),
  )
  expect(log.lines.join()).toContain('deliveries were missing')
})

it('The function sweep-deliveries fails after a failed step, and logs no text of the error', async () => {
  world.addDestinations(destinationOf('d1'))
  const of = () => Promise.reject(new TypeError('secret row'))
  const { recorded, log, failure } = await run({ counts: { of } as never })
  expect(failure).toMatchObject({ name: 'SweepIncompleteError' })
  expect(recorded).toContainEqual(['SweepFailures', 1, 'figures'])
  expect(log.lines.join()).toContain('TypeError')
  expect(log.lines.join()).not.toContain('secret row')
})

it('The function sweep-deliveries counts messages that could not be stored as a part of the quarantine', async () => {
  const unstored = { countOpen: async () => 2 }
  const { recorded } = await run({ unstored: unstored as never })
  expect(recorded).toContainEqual(['DeliveriesQuarantined', 2])
})

it('The function sweep-deliveries records the age of the latest tick of the schedule', async () => {
  expect((await run()).recorded).toContainEqual(['LatestTickAge', 0.4])
})

it('The function sweep-deliveries fails if it cannot read the latest tick, after it has done everything else', async () => {
  const { recorded, failure, log } = await run({}, () => Promise.reject(new TypeError('secret row')))
  expect(failure).toMatchObject({ name: 'SweepIncompleteError' })
  expect(recorded).toContainEqual(['DeliveriesMissing', 0])
  expect(recorded).toContainEqual(['SweepFailures', 1, 'latest tick'])
  expect(recorded.map(([name]) => name)).not.toContain('LatestTickAge')
  expect(log.lines.join()).not.toContain('secret row')
})
