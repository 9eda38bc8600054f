import { S3Client } from '@aws-sdk/client-s3'
import { startFauxqs } from 'fauxqs'
import type { HttpHandler } from '../../functions/shared/http/http-function.ts'
import { DynamoMessageLedger } from '../../lib/messages/store/message-ledger.ts'
import { S3RawStore } from '../../lib/messages/store/s3-raw-store.ts'
import { startTables } from './dynamo.ts'
import { functionEnvironment } from './function-environment.ts'

/** Starts a function that reads or recovers stored messages, over tables and a bucket of its own. */
export const startMessageFunction = async (folder: 'messages' | 'message-view' | 'message-recovery') => {
  const tables = await startTables()
  const s3 = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false })
  s3.createBucket('raw-mail')
  const endpoint = `http://127.0.0.1:${s3.port}`
  Object.assign(
    process.env,
    await functionEnvironment(tables, {
      AWS_ENDPOINT_URL_S3: endpoint,
      RAW_BUCKET: 'raw-mail',
      CONTROL_HEADER_PREFIX: 'X-OTOBO-',
    }),
  )
  const { handler }: { handler: HttpHandler } = await import(`../../functions/${folder}/index.ts`)
  const client = new S3Client({})
  return {
    handler,
    tables,
    client,
    raw: new S3RawStore(client, 'raw-mail'),
    store: new DynamoMessageLedger(tables.table('messages')),
    stop: async () => {
      client.destroy()
      await s3.stop()
      await tables.stop()
    },
  }
}
