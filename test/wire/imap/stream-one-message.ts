import { createHash } from 'node:crypto'
import { openImapMailbox } from '../../../lib/mailbox/imap/imap-mailbox.ts'

/**
 * A separate process for memory.test.ts: reads every message of a mailbox, and prints the result and the memory usage.
 */
const [port = '', username = '', password = ''] = process.argv.slice(2)
const megabyte = 1024 * 1024
const mailbox = await openImapMailbox(
  {
    type: 'IMAP',
    host: '127.0.0.1',
    port: Number(port),
    folder: 'INBOX',
    credential: { method: 'password', username, password },
  },
  {
    allowPrivateAddresses: true,
    allowClearTextOnLoopback: false,
    extraPorts: [Number(port)],
    connectTimeout: 15_000,
    silenceTimeout: 15_000,
  },
  AbortSignal.timeout(60_000),
)
const listed = []
for await (const window of mailbox.list()) listed.push(...window)
const atRest = process.memoryUsage().rss / megabyte
const hash = createHash('sha256')
let bytes = 0
for await (const found of mailbox.retrieve(listed)) {
  if (found.kind !== 'stream') throw new Error(found.kind)
  for await (const chunk of found.chunks) {
    hash.update(chunk)
    bytes += chunk.length
    // Simulates a store that is slower than the connection, so that data accumulates wherever it can.
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
await mailbox.close()
const peak = process.resourceUsage().maxRSS / 1024
process.stdout.write(JSON.stringify({ bytes, sha256: hash.digest('hex'), atRest, peak }))
