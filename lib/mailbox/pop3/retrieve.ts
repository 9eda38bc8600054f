import type { ListedMessage, RetrievedMessage } from '../mailbox.ts'
import { MailboxError, serverWordsOf } from '../mailbox-error.ts'
import { MessageCollector } from './message-collector.ts'
import type { AnswerReceiver, Pop3Wire } from './pop3-wire.ts'
import { PullQueue } from './pull-queue.ts'

/** RETRs under way at most: more would be sent in vain when the run has to stop, and some servers' input buffers hold 512 bytes. */
const mostAskedAhead = 32
/** Announced bytes under way at most, or one larger message beside half of them: what has to be read off the line when the run stops. */
const mostBytesAhead = 8 * 1024 * 1024
/** The window is filled up only once it has run this low, so that commands travel in batches of 20 and more. */
const askMoreBelow = { commands: 12, bytes: 4 * 1024 * 1024 }
/** Bytes that may wait for a slow reader before the socket pauses, the message being assembled not counted. */
const mostWaiting = 4 * 1024 * 1024

/** A message and its number in this session. */
export interface NumberedMessage {
  readonly message: ListedMessage
  readonly number: number
}

export interface RetrievalLimits {
  /** RETRs under way at the same time; false: one. */
  readonly pipelining: boolean
  /** Bytes that are read off the line after the reader of a message has left. */
  readonly mostDropped: number
}

/** The server goes on sending a message that its reader has left. The connection is closed; another session can go on. */
export class EndlessAnswer extends Error {
  override readonly name = 'EndlessAnswer'
}

const weightOf = (retrieved: RetrievedMessage): number => (retrieved.kind === 'whole' ? retrieved.bytes.length : 0)

/**
 * RETR for each message, in order, asked ahead in a sliding window where the server takes pipelined commands. Leaving the iteration early
 * asks for nothing more and drops what is still to come; the next command waits behind it.
 * @throws EndlessAnswer, after everything that came before it
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
      // Who asks for the next message has given this one up, read to its end or not.
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

  /** From here on weights do not matter, because nothing is kept. */
  stop(): void {
    this.#stopped = true
    this.ready.discard()
    this.#arriving?.discard()
    this.#wire.resume()
  }

  #ask(): void {
    if (this.#next === this.#plan.length && this.#underWay === 0) this.ready.end()
    if (this.#underWay > askMoreBelow.commands || this.#bytesUnderWay > askMoreBelow.bytes) return
    while (this.#underWay < this.#window && !this.#stopped) {
      const wanted = this.#plan[this.#next]
      if (wanted === undefined) return
      // A large message joins a window that is half empty: waiting for it to empty would leave the line idle for a round trip.
      const fits = this.#bytesUnderWay + wanted.message.size <= mostBytesAhead
      if (this.#underWay > 0 && !fits && this.#bytesUnderWay > askMoreBelow.bytes) return
      this.#next += 1
      this.#underWay += 1
      this.#bytesUnderWay += wanted.message.size
      this.#wire.send(`RETR ${wanted.number}`, this.#receiver(wanted.message))
    }
  }

  /** Once everything that has arrived is read: a burst of answers makes one batch of commands, not one for each chunk of it. */
  #askSoon(): void {
    if (this.#asking) return
    this.#asking = true
    setImmediate(() => {
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
      refused: (words) => {
        this.#deliver({ kind: 'absent', message, reason: 'refused', serverWords: serverWordsOf(words) })
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
