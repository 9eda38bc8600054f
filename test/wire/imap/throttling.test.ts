import { describe, expect, it } from 'vitest'
import { openImapMailbox } from '../../../lib/mailbox/imap/imap-mailbox.ts'
import type { ListedMessage, Mailbox } from '../../../lib/mailbox/mailbox.ts'
import { letter } from '../../contracts/letter.ts'
import { listAll, retrieveAll } from '../../contracts/mailbox-steps.ts'
import { refuse } from '../../mail-server/faults.ts'
import { failureOf, policyFor, serverWith, settingsFor, user } from './imap-wire.ts'

const throttled = (name: string) =>
  refuse(name, { kind: 'BAD', text: 'Request is throttled. Suggested Backoff Time: 92415 milliseconds' })

type Step = readonly [command: string, (mailbox: Mailbox, listed: readonly ListedMessage[]) => Promise<unknown>]

const steps: readonly Step[] = [
  ['FETCH', (mailbox) => listAll(mailbox)],
  ['UID FETCH', (mailbox, listed) => retrieveAll(mailbox, listed)],
  ['UID STORE', (mailbox, listed) => mailbox.remove(listed)],
  ['UID EXPUNGE', (mailbox, listed) => mailbox.remove(listed)],
  ['UID MOVE', (mailbox, listed) => mailbox.move(listed, 'elsewhere')],
]

/**
 * Exchange sends a pause, and imapflow would wait for it inside the command. The function would be billed for that
 * time.
 */
describe('an IMAP server that asks the client to wait', () => {
  it.each(['LOGIN', 'NAMESPACE', 'SELECT'])(
    'opening an IMAP mailbox reports throttled without waiting if the server throttles %s',
    async (name) => {
      const server = await serverWith({ users: [{ ...user, folders: ['Archiv'] }] }, throttled(name))
      const settings = settingsFor(server, 'IMAP', { folder: 'Archiv' })
      const opening = openImapMailbox(
        settings,
        policyFor(settings.port, { silenceTimeout: 60_000 }),
        AbortSignal.timeout(10_000),
      )
      const error = await failureOf(opening)
      expect(error.code).toBe('throttled')
      await expect.poll(() => server.openSessions).toBe(0)
    },
  )

  it.each(steps)(
    'an open IMAP mailbox reports throttled without waiting if the server throttles %s',
    async (name, work) => {
      const server = await serverWith()
      server.user('alice').inbox.append(letter('one'))
      const settings = settingsFor(server)
      const policy = policyFor(settings.port, { silenceTimeout: 60_000 })
      const mailbox = await openImapMailbox(settings, policy, AbortSignal.timeout(10_000))
      const listed = await listAll(mailbox)
      server.faults = [throttled(name)]
      expect((await failureOf(work(mailbox, listed))).code).toBe('throttled')
      await mailbox.close()
    },
  )
})
