import { Worker } from 'node:worker_threads'
import * as z from 'zod'
import type { MessageId } from '../../lib/messages/message.ts'
import { type MessageView, messageViewSchema } from '../../lib/messages/view/message-view.ts'
import type { PartPath } from '../../lib/messages/view/sorted-parts.ts'
import type { ViewQuestion } from '../../lib/messages/view/view-message.ts'
import { ProblemError } from '../../lib/reasons/problem.ts'
import type { MessageReading } from './reading-protocol.ts'
import { ReadingDefect, type ReadingRequest, readingAnswerSchema } from './reading-protocol.ts'
import { readingMark } from './reading-worker.ts'

export interface ReadingLimits {
  /** Milliseconds from the request to the answer. */
  readonly time: number
  /** The limit of the thread's heap in MiB. It does not include buffers, which streams bound. */
  readonly heap: number
}

/**
 * In MiB. With V8's default, a burst of new objects exceeds the heap limit before the thread can be terminated, and the
 * process aborts.
 */
const youngGeneration = 16

/**
 * Reads messages on a separate thread, which can be terminated while it works: timers do not fire on a thread that a
 * parser blocks, and a heap without its own limit would bring down the whole function. Requests run one at a time. The
 * thread is reused until a message kills it.
 */
export class ReadingThread implements MessageReading {
  readonly #entry: URL
  readonly #limits: ReadingLimits
  #worker: Worker | undefined
  #turn: Promise<unknown> = Promise.resolve()

  /** @param entry a module that calls `serveReading`; the thread starts immediately, together with the function */
  constructor(entry: URL, limits: ReadingLimits) {
    this.#entry = entry
    this.#limits = limits
    this.#worker = this.#start()
  }

  async view(question: ViewQuestion): Promise<MessageView> {
    return messageViewSchema.parse(await this.#ask({ kind: 'view', ...question }))
  }

  async link(messageId: MessageId, path: PartPath): Promise<string> {
    return z.string().parse(await this.#ask({ kind: 'link', messageId, path }))
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    await this.#worker?.terminate()
  }

  #start(): Worker {
    const worker = new Worker(this.#entry, {
      workerData: readingMark,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: this.#limits.heap, maxYoungGenerationSizeMb: youngGeneration },
    })
    // An idle thread neither keeps the process alive nor ends it.
    worker.unref()
    worker.on('error', () => undefined)
    worker.once('exit', () => {
      if (this.#worker === worker) this.#worker = undefined
    })
    return worker
  }

  #ask(request: ReadingRequest): Promise<unknown> {
    const answer = this.#turn.then(() => this.#resultOf(request))
    this.#turn = answer.catch(() => undefined)
    return answer
  }

  async #resultOf(request: ReadingRequest): Promise<unknown> {
    const answer = readingAnswerSchema.parse(await this.#answerTo(request))
    if ('problem' in answer) throw new ProblemError(answer.problem.code, answer.problem.detail)
    if ('defect' in answer) throw new ReadingDefect(answer.defect)
    return answer.result
  }

  async #answerTo(request: ReadingRequest): Promise<unknown> {
    this.#worker ??= this.#start()
    const worker = this.#worker
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const late = setTimeout(() => reject(unreadable('Reading the message took too long.')), this.#limits.time)
    const failed = (error: unknown) =>
      reject(isOutOfMemory(error) ? unreadable('Reading the message took too much memory.') : error)
    const ended = () => reject(new Error('The reading thread ended without an answer'))
    worker.once('message', resolve).once('error', failed).once('exit', ended)
    worker.ref()
    worker.postMessage(request)
    try {
      return await promise
    } catch (error) {
      this.#worker = undefined
      await worker.terminate()
      throw error
    } finally {
      clearTimeout(late)
      worker.off('message', resolve).off('error', failed).off('exit', ended)
      worker.unref()
    }
  }
}

const unreadable = (detail: string): ProblemError => new ProblemError('attachment-unreadable', detail)

const isOutOfMemory = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
