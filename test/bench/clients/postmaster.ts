import { writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { takeJob } from '../../../lib/fetching/take-job.ts'
import { openMailbox } from '../../../lib/mailbox/open-mailbox.ts'
import type { RawStore } from '../../../lib/messages/message.ts'
import { aDeadline, anAccount, memoryServices, tick } from '../../lib/fetching/memory-services.ts'
import type { Assignment, Collect } from '../assignment.ts'

/**
 * The real fetch run on the real mailbox. Raw mail is written to files like the raw client's. Rows and announcements
 * stay in memory.
 */
export const collectWithPostmaster: Collect = async (assignment) => {
  const account = anAccount({
    type: assignment.protocol === 'imap' ? 'IMAP' : 'POP3',
    host: assignment.host,
    port: assignment.port,
    username: assignment.user,
    folder: assignment.protocol === 'imap' ? 'INBOX' : undefined,
  })
  const { services } = memoryServices(
    { open: () => Promise.reject(new TypeError('the benchmark has no fake server')) },
    account,
  )
  const run = await takeJob(
    {
      ...services,
      secrets: { read: async () => assignment.password },
      raw: fileStore(assignment),
      openMailbox,
      network: {
        allowPrivateAddresses: true,
        allowClearTextOnLoopback: false,
        extraPorts: [assignment.port],
        connectTimeout: 15_000,
        silenceTimeout: 60_000,
      },
      now: () => new Date(),
    },
    tick(),
    aDeadline(Date.now(), AbortSignal.timeout(510_000)),
  )
  if (run.state !== 'done' || run.counts.left > 0)
    throw new Error(`Postmaster: ${JSON.stringify([run.error, run.counts])}`)
}

const fileStore = ({ folder }: Assignment): RawStore => ({
  put: async (messageId, bytes) => {
    const file = join(folder, messageId)
    // Written at once and without another copy, as the raw client does.
    if (Buffer.isBuffer(bytes)) writeFileSync(file, bytes)
    else await writeFile(file, bytes)
    return 'stored'
  },
  open: () => Promise.reject(new TypeError('the benchmark stores each message once')),
})
