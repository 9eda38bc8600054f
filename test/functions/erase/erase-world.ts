import type { HttpHandler } from '../../../functions/shared/http/http-function.ts'
import { DynamoDeliveryLedger } from '../../../lib/handover/ledger/delivery-ledger.ts'
import type { Message } from '../../../lib/messages/message.ts'
import { messageRowOf } from '../../../lib/messages/store/message-ledger.ts'
import { S3RawStore } from '../../../lib/messages/store/s3-raw-store.ts'
import { startTables } from '../../support/dynamo.ts'
import { functionEnvironment } from '../../support/function-environment.ts'
import { callHttp, type RequestSketch } from '../../support/http-event.ts'
import { messageOf } from '../../support/messages.ts'
import { testCaller } from '../../support/test-caller.ts'
import { startVersionedS3 } from '../../support/versioned-s3.ts'

const never = new AbortController().signal

/** Starts the function that erases messages, over tables and a versioned bucket of its own. */
export const startErase = async () => {
  const tables = await startTables()
  const s3 = await startVersionedS3(testCaller.accessKeyId)
  const environment = {
    AWS_ENDPOINT_URL_S3: s3.url,
    AWS_SECRET_ACCESS_KEY: s3.credentials.secretAccessKey,
    RAW_BUCKET: s3.bucket,
  }
  Object.assign(process.env, await functionEnvironment(tables, environment))
  const { handler }: { handler: HttpHandler } = await import('../../../functions/erase/index.ts')
  const raw = new S3RawStore(s3.client, s3.bucket)
  return {
    tables,
    ledger: new DynamoDeliveryLedger(tables.table('deliveries')),
    rowOf: ({ messageId }: Message) => tables.table('messages').get(messageId),
    versions: ({ messageId }: Message) => s3.versions(messageId),
    post: (path: string, more: Partial<RequestSketch> = {}) => callHttp(handler, { method: 'POST', path, ...more }),
    /** Stores a message that was announced and planned five minutes ago, with its raw mail. */
    put: async (name: string, more: Partial<Message> = {}, destinationIds: readonly string[] = []) => {
      const storedAt = new Date(Date.now() - 5 * 60_000).toISOString()
      const message = messageOf(name, { state: 'announced', storedAt, ...more })
      await tables.table('messages').put({ ...messageRowOf(message), plannedFor: destinationIds })
      await raw.put(message.messageId, Buffer.from(`Subject: ${name}\r\n\r\n`), never)
      return message
    },
    stop: async () => {
      await s3.stop()
      await tables.stop()
    },
  }
}
