import type { ListedMessage, RetrievedMessage } from '../mailbox.ts'
import { MailboxError, serverWordsOf } from '../mailbox-error.ts'
import { MessageCollector } from './message-collector.ts'
import type { AnswerReceiver, Pop3Wire } from './pop3-wire.ts'
import { PullQueue } from './pull-queue.ts'

/**
 * The maximum number of RETRs in progress: more would be sent in vain if the run has to stop, and some servers' input
 * buffers hold 512 bytes.
 */
const mostAskedAhead = 32
/**
 * The maximum of announced bytes in progress, or half of them plus one larger message: they have to be read if the run
 * stops.
 */
const mostBytesAhead = 8 * 1024 * 1024
/**
 * The window is refilled as soon as this many commands fit into it, because a server that has answered everything waits
 * for a round trip. Fewer commands at a time would cost more packets and save no time.
 */
const fewestAskedTogether = 8
/** Bytes that may wait for a slow reader before the socket pauses, not counting the message being assembled. */
const mostWaiting = 4 * 1024 * 1024

/** A message and its number in this session. */
export interface NumberedMessage {
  readonly message: ListedMessage
  readonly number: number
}

export interface RetrievalLimits {
  /** Whether several RETRs may be in progress at the same time. */
  readonly pipelining: boolean
  /** Bytes that are read and dropped after the reader of a message has left. */
  readonly mostDropped: number
}

/**
 * The server keeps sending a message that its reader has left. The connection is closed; another session can continue.
 */
export class EndlessAnswer extends Error {
  override readonly name = 'EndlessAnswer'
}

const weightOf = (retrieved: RetrievedMessage): number => (retrieved.kind === 'whole' ? retrieved.bytes.length : 0)

/**
 * Sends RETR for each message, in order, ahead in a sliding window if the server supports pipelined commands. Leaving
 * the iteration early requests no more messages and drops those still to come; the next command waits for them.
 * @throws EndlessAnswer, after everything that arrived before it
 */
export async function* retrieveMessages(
  wire: Pop3Wire,
  plan: readonly NumberedMessage[],
  limits: RetrievalLimits,
): AsyncGenerator<RetrievedMessage, void, undefined> {
  const retrieval = new Retrieval(wire, plan, limits)
  try {
    for await (const retrieved of retrieval.ready) {
      yield retrieved
      // The caller that requests the next message has finished with this one, whether it was read to the end or not.
      if (retrieved.kind === 'stream' && retrieved.chunks instanceof PullQueue) retrieved.chunks.discard()
    }
  } finally {
    retrieval.stop()
  }
}

class Retrieval {
  readonly ready: PullQueue<RetrievedMessage>
  readonly #wire: Pop3Wire
  readonly #plan: readonly NumberedMessage[]
  readonly #window: number
  readonly #mostDropped: number
  #dropped = 0
  #next = 0
  #underWay = 0
  #bytesUnderWay = 0
  #waiting = 0
  #arriving: PullQueue<Buffer> | undefined
  #stopped = false
  #asking = false

  constructor(wire: Pop3Wire, plan: readonly NumberedMessage[], { pipelining, mostDropped }: RetrievalLimits) {
    this.#wire = wire
    this.#plan = plan
    this.#window = pipelining ? mostAskedAhead : 1
    this.#mostDropped = mostDropped
    this.ready = new PullQueue(weightOf, this.#onWeight)
    this.#ask()
  }

  /** After this call, weights do not matter, because nothing is kept. */
  stop(): void {
    this.#stopped = true
    this.ready.discard()
    this.#arriving?.discard()
    this.#wire.resume()
  }

  #ask(): void {
    if (this.#next === this.#plan.length && this.#underWay === 0) this.ready.end()
    if (this.#underWay > this.#window - fewestAskedTogether && this.#underWay > 0) return
    while (this.#underWay < this.#window && !this.#stopped) {
      const wanted = this.#plan[this.#next]
      if (wanted === undefined) return
      // A large message joins a half-empty window: waiting for an empty one would leave the line idle for a round trip.
      const fits = this.#bytesUnderWay + wanted.message.size <= mostBytesAhead
      if (this.#underWay > 0 && !fits && this.#bytesUnderWay > mostBytesAhead / 2) return
      this.#next += 1
      this.#underWay += 1
      this.#bytesUnderWay += wanted.message.size
      this.#wire.send(`RETR ${wanted.number}`, this.#receiver(wanted.message))
    }
  }

  /**
   * Sends one batch for everything that this read of the socket has completed, and sends it before the messages are
   * processed, so that the server works in the meantime.
   */
  #askSoon(): void {
    if (this.#asking) return
    this.#asking = true
    process.nextTick(() => {
      this.#asking = false
      this.#ask()
    })
  }

  #receiver(message: ListedMessage): AnswerReceiver {
    let announced = message.size
    const collector = new MessageCollector(message, this.#deliver, this.#onWeight)
    const arrived = (bytes: number) => {
      const counted = Math.min(bytes, announced)
      announced -= counted
      this.#bytesUnderWay -= counted
    }
    const done = () => {
      arrived(announced)
      this.#underWay -= 1
      this.#askSoon()
    }
    return {
      accepted: () => undefined,
      refused: (text) => {
        this.#deliver({ kind: 'absent', message, reason: 'refused', serverWords: serverWordsOf(text) })
        done()
      },
      body: (bytes) => {
        arrived(bytes.length)
        collector.add(bytes)
        if (collector.abandoned) this.#drop(bytes.length)
        this.#askSoon()
      },
      bodyEnded: () => {
        collector.end()
        done()
      },
      failed: (error) => {
        collector.fail(error)
        this.ready.fail(error)
      },
    }
  }

  #drop(bytes: number): void {
    this.#dropped += bytes
    if (this.#stopped || this.#dropped <= this.#mostDropped) return
    this.ready.fail(new EndlessAnswer())
    this.#wire.fail(new MailboxError('connection-lost'))
  }

  readonly #deliver = (retrieved: RetrievedMessage): void => {
    if (retrieved.kind === 'stream' && retrieved.chunks instanceof PullQueue) {
      this.#arriving = retrieved.chunks
      if (this.#stopped) this.#arriving.discard()
    }
    this.ready.push(retrieved)
  }

  readonly #onWeight = (change: number): void => {
    this.#waiting += change
    if (this.#stopped) return
    if (this.#waiting > mostWaiting) this.#wire.pause()
    else if (this.#waiting <= mostWaiting / 2) this.#wire.resume()
  }
}
