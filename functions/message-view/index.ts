import { S3Client } from '@aws-sdk/client-s3'
import { AttachmentStore } from '../../lib/messages/store/attachment-store.ts'
import { MessageCatalog } from '../../lib/messages/store/message-catalog.ts'
import { S3RawStore } from '../../lib/messages/store/s3-raw-store.ts'
import { readEnvironment } from '../environment.ts'
import { clientSettings } from '../shared/clients.ts'
import { httpFunction } from '../shared/http/http-function.ts'
import { openLog } from '../shared/logger.ts'
import { openTables } from '../shared/tables.ts'
import type { MessageReading } from './reading-protocol.ts'
import { ReadingThread } from './reading-thread.ts'
import { isReadingThread, messageReading, serveReading } from './reading-worker.ts'
import { messageViewRoutes } from './routes.ts'

/** In milliseconds. If a message takes longer, the view contains the part that has been read. */
const readingTime = 20_000
/**
 * In milliseconds and MiB. The time limit includes the steps after reading (a large HTML body takes 5 s) and is below
 * the function's 29 s. The heap limit is twice the need of the largest message in our tests, and half of the function's
 * memory.
 */
const threadLimits = { time: 26_000, heap: 512 }

const environment = readEnvironment(['RAW_BUCKET'])
const log = openLog('message-view')

const openReading = (): MessageReading => {
  const tables = openTables(log, 'messages')
  const s3 = new S3Client(clientSettings)
  return messageReading({
    messages: new MessageCatalog(tables.messages),
    raw: new S3RawStore(s3, environment.RAW_BUCKET),
    attachments: new AttachmentStore(s3, environment.RAW_BUCKET),
    readingTime,
  })
}

// This module is the entry point of both threads, because a function's own code is one file.
const reading = isReadingThread ? openReading() : new ReadingThread(new URL(import.meta.url), threadLimits)
if (isReadingThread) serveReading(reading)

export const handler = httpFunction({
  log,
  routes: messageViewRoutes(reading),
})
