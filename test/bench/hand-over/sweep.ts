import { firstProbeAt } from '../../../lib/handover/circuits/probe-times.ts'
import { deliveryRowOf } from '../../../lib/handover/ledger/delivery-rows.ts'
import { planned } from '../../../lib/handover/ledger/transitions.ts'
import { sweepDeliveries } from '../../../lib/handover/sweeping/sweep.ts'
import { messageRowOf } from '../../../lib/messages/store/message-ledger.ts'
import { startTables } from '../../support/dynamo.ts'
import { destinationOf, handoverWorld } from '../../support/handover-world.ts'
import { recordCalls } from '../../support/recorded-calls.ts'
import { conversations } from './desk.ts'

/**
 * Measures the sweep with this number of due deliveries of one destination, over dynalite.
 * @returns one line for each case
 */
export const measureSweep = async (count: number): Promise<string[]> => {
  const lines: string[] = []
  const tables = await startTables()
  const world = handoverWorld(tables)
  const destination = destinationOf('desk')
  world.addDestinations(destination)
  const messages = conversations(count)
  const deliveries = messages.map((message) => planned('desk', message, world.at()))
  await tables.table('messages').putMany(
    messages.map((message) => {
      const { unplanned, ...row } = messageRowOf(message)
      return row
    }),
  )
  await tables.table('deliveries').putMany(deliveries.map(deliveryRowOf))
  await tables
    .table('openDeliveries')
    .putMany(deliveries.map(({ lane, place, deliveryId }) => ({ lane, place, deliveryId })))
  world.pass(3)
  const calls = recordCalls(tables.client, 'dynamodb')

  const sweep = async (title: string) => {
    calls.length = 0
    const begun = performance.now()
    const { failedSteps } = await sweepDeliveries(world.services, () => true)
    if (failedSteps.length > 0) throw failedSteps[0]?.error
    const milliseconds = performance.now() - begun
    const kinds = [...Map.groupBy(calls, ({ action }) => action)].map(([action, { length }]) => `${length} ${action}`)
    lines.push(`${title}: ${milliseconds.toFixed(0)} ms, ${world.takeWakes().length} wakes, ${kinds.join(', ')}`)
  }

  await world.services.circuits.open(
    'desk',
    { code: 'receiver-unavailable', detail: 'The receiver does not respond.', remedy: 'Start it.' },
    world.at(),
    false,
  )
  await sweep('circuit open')
  world.pass((Date.parse(firstProbeAt(world.at())) - Date.parse(world.at())) / 60_000)
  await sweep('probe due')
  await world.services.circuits.close('desk')
  await sweep('circuit closed')
  world.pass(1)
  await sweep('circuit closed, one minute later')
  await tables.stop()
  return lines
}
