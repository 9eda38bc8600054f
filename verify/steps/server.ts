import * as z from 'zod'
import type { TestMailbox } from '../mailbox/test-mailbox.ts'
import { waitUntil } from '../report/wait-until.ts'
import type { Verification } from './verification.ts'

const serverSchema = z.looseObject({ server: z.string() })

/** Checks what has become of the mail on its server. The record says so as soon as the server has confirmed it. */
export const checkServer = (
  { journal, admin, limits, signal }: Verification,
  mailbox: TestMailbox,
  messageId: string,
): Promise<true | undefined> =>
  journal.step('server', async () => {
    const server = await waitUntil(
      async () => {
        const { server } = await admin.client.get(`/messages/${messageId}`, serverSchema)
        return server === 'present' ? undefined : server
      },
      { limit: limits.delivery, pause: limits.pause, signal },
    )
    return { detail: await mailbox.check(server ?? 'present'), value: true }
  })
