import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import type { AttachmentStore } from '../../lib/messages/store/attachment-store.ts'
import { linkToAttachment, type ReadingServices } from '../../lib/messages/view/read-mail.ts'
import { viewMessage } from '../../lib/messages/view/view-message.ts'
import { ProblemError } from '../../lib/reasons/problem.ts'
import {
  type MessageReading,
  type ReadingAnswer,
  type ReadingRequest,
  readingAnswerSchema,
  readingRequestSchema,
} from './reading-protocol.ts'

/** Marks the threads that `ReadingThread` starts, because a test runner may have its own threads. */
export const readingMark = 'reads messages for a request'

/** True on a thread that was started to read messages. */
export const isReadingThread = workerData === readingMark

/** Reads messages on the thread that calls it. A message can block that thread for as long as a parser takes. */
export const messageReading = (
  services: ReadingServices & { readonly attachments: AttachmentStore },
): MessageReading => ({
  view: (question) => viewMessage(services, question),
  link: (messageId, path) => linkToAttachment(services, messageId, path),
})

/** Answers the requests of the thread that started this one, one at a time. */
export const serveReading = (reading: MessageReading, port: MessagePort | null = parentPort): void => {
  port?.on('message', async (message: unknown) => {
    port.postMessage(await answerOf(reading, readingRequestSchema.parse(message)))
  })
}

const answerOf = async (reading: MessageReading, request: ReadingRequest): Promise<ReadingAnswer> => {
  try {
    if (request.kind === 'link') return { result: await reading.link(request.messageId, request.path) }
    return { result: await reading.view(request) }
  } catch (error) {
    return error instanceof ProblemError
      ? readingAnswerSchema.parse({ problem: { code: error.code, detail: error.message } })
      : { defect: defectOf(error) }
  }
}

const defectOf = (error: unknown) => {
  if (!(error instanceof Error)) return { name: typeof error, frames: '' }
  return {
    name: error.name,
    ...('code' in error && typeof error.code === 'string' && { code: error.code }),
    frames: (error.stack ?? '')
      .split('\n')
      .filter((line) => /^ {4}at /.test(line))
      .join('\n'),
  }
}
