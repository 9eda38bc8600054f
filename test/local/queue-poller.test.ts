import { once } from 'node:events'
import { expect, it } from 'vitest'
import type { LocalEvent } from '../../local/common/local-event.ts'
import type { Messaging } from '../../local/emulators/fauxqs/messaging.ts'
import type { FunctionPool } from '../../local/lambda/function-pool.ts'
import { QueuePoller } from '../../local/triggers/queue-poller.ts'

const message = { MessageId: 'one', ReceiptHandle: 'handle', Body: '{}', MD5OfBody: '' }

/** A queue with one message that it never deletes. */
const undeletable = () => {
  let received = false
  const call = async (operation: string, _: object, signal?: AbortSignal): Promise<unknown> => {
    if (operation === 'DeleteMessageBatch') return { Failed: [{ Id: 'one', Code: 'InternalError' }] }
    if (received && signal) await once(signal, 'abort')
    received = true
    return { Messages: [message] }
  }
  return { call, inFlightReceipts: () => [] } as unknown as Messaging
}

it('a local queue reports messages that it could not delete, because they will be delivered again', async () => {
  const { promise, resolve } = Promise.withResolvers<LocalEvent>()
  const poller = new QueuePoller(
    {
      queueName: 'Jobs',
      queueArn: 'arn',
      queueUrl: 'url',
      pool: { invoke: async () => ({ status: 'ok', payload: null }) } as unknown as FunctionPool,
      batchSize: 1,
      batchingWindowMs: 0,
      maximumConcurrency: 2,
      partialFailures: false,
    },
    { messaging: undeletable(), region: 'eu-central-1', onEvent: resolve },
  )
  await poller.start()
  expect(await promise).toMatchObject({
    type: 'queue-trouble',
    queue: 'Jobs',
    message: 'The queue kept messages that the function has processed: 1',
  })
  await poller.stop()
})
