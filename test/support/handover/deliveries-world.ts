import type { HttpHandler } from '../../../functions/shared/http/http-function.ts'
import { DynamoDestinations } from '../../../lib/handover/destinations/destination-store.ts'
import type { Delivery } from '../../../lib/handover/ledger/delivery.ts'
import { DynamoDeliveryLedger } from '../../../lib/handover/ledger/delivery-ledger.ts'
import { DynamoOpenLanes } from '../../../lib/handover/ledger/open-lanes.ts'
import { planned } from '../../../lib/handover/ledger/transitions.ts'
import { DynamoPlanLedger } from '../../../lib/handover/planning/dynamo-plan-ledger.ts'
import { DynamoMessageLedger } from '../../../lib/messages/store/message-ledger.ts'
import { startTables } from '../dynamo.ts'
import { functionEnvironment } from '../function-environment.ts'
import { callHttp, type RequestSketch } from '../http-event.ts'
import { messageOf } from '../messages.ts'

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()

/** Starts the function for deliveries over its own tables. It wakes no push destination, because no queue exists. */
export const startDeliveries = async () => {
  const tables = await startTables()
  const queue = { DELIVERY_QUEUE_URL: 'http://127.0.0.1:9/no-queue.fifo', MAX_CONCURRENT_DELIVERIES: '2' }
  Object.assign(process.env, await functionEnvironment(tables, queue))
  const { handler }: { handler: HttpHandler } = await import('../../../functions/deliveries/index.ts')
  const messages = new DynamoMessageLedger(tables.table('messages'))
  const plans = new DynamoPlanLedger(tables.table('messages'))
  const ledger = new DynamoDeliveryLedger(tables.table('deliveries'))
  return {
    tables,
    ledger,
    plans,
    lanes: new DynamoOpenLanes(tables.table('openDeliveries')),
    destinations: new DynamoDestinations(tables.table('handover')),
    minutesAgo,
    call: (method: string, path: string, more: Partial<RequestSketch> = {}) =>
      callHttp(handler, { method, path, ...more }),
    /** Stores a message that was planned this many minutes ago, with a delivery for each destination. */
    plan: async (name: string, minutes: number, deliveries: Readonly<Record<string, Partial<Delivery>>>) => {
      const message = messageOf(name)
      await messages.create(message)
      await plans.decide(message.messageId, Object.keys(deliveries), minutesAgo(minutes))
      await plans.finish(message.messageId)
      for (const [destinationId, more] of Object.entries(deliveries))
        await ledger.create({ ...planned(destinationId, message, minutesAgo(minutes)), ...more })
      return message
    },
    stop: () => tables.stop(),
  }
}
