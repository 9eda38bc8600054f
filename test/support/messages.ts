import { createHash } from 'node:crypto'
import type { Message } from '../../lib/messages/message.ts'

/** A message row with invented but plausible contents. Its id is derived from `name`. */
export const messageOf = (name: string, more: Partial<Message> = {}): Message => ({
  messageId: createHash('sha256').update(name).digest('hex'),
  accountId: 'account-1',
  accountType: 'IMAPS',
  runId: 'run-1',
  source: { mailboxEpoch: 1, folder: 'INBOX', uidValidity: '7', uid: name, listedSize: 1234 },
  size: 1234,
  sha256: createHash('sha256').update(`bytes of ${name}`).digest('hex'),
  queueId: 'queue-1',
  queueName: 'Support',
  reason: { code: 'recipient', detail: 'To: support@example.com is a system address of Support' },
  trusted: false,
  state: 'stored',
  parsed: true,
  header: {
    from: 'ann@example.com',
    subject: `Subject of ${name}`,
    references: [],
    recipients: [{ header: 'To', address: 'support@example.com' }],
    truncated: [],
  },
  control: {},
  ignoredControl: [],
  server: 'present',
  storedAt: '2026-03-01T10:00:00.000Z',
  ...more,
})
