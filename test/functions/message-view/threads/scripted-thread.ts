import { setTimeout as delay } from 'node:timers/promises'
import { threadId } from 'node:worker_threads'
import type { MessageReading } from '../../../../functions/message-view/reading-protocol.ts'
import { serveReading } from '../../../../functions/message-view/reading-worker.ts'
import { ProblemError } from '../../../../lib/reasons/problem.ts'

/** The message id in the request selects the behaviour of the thread. */
const deeds: Readonly<Record<string, () => unknown>> = {
  block: () => {
    for (;;) Math.sqrt(2)
  },
  // Behaves like a parser with a quadratic expression.
  backtrack: () => /(a+)+$/.test(`${'a'.repeat(60)}b`),
  hoard: () => {
    const hoard: string[][] = []
    for (;;) hoard.push(Array.from({ length: 10_000 }, (_, index) => `text ${index} ${hoard.length}`))
  },
  end: () => process.exit(3),
  refuse: () => {
    throw new ProblemError('raw-mail-expired', 'It has been removed since.')
  },
  stumble: () => {
    throw new TypeError('a message that quotes a mail')
  },
  linger: () => delay(300),
  answer: () => undefined,
}

const reading: MessageReading = {
  view: async ({ messageId }) => {
    await deeds[messageId]?.()
    return { messageId, header: { subject: `of thread ${threadId}` }, attachments: [] }
  },
  link: async (messageId, path) => {
    await deeds[messageId]?.()
    return `https://example.org/${messageId}/${path}`
  },
}

serveReading(reading)
