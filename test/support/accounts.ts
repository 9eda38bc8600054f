import type { Account } from '../../lib/accounts/account.ts'

/** An account row with plausible contents. */
export const accountOf = (accountId: string, more: Partial<Account> = {}): Account => ({
  accountId,
  type: 'IMAPS',
  credential: { method: 'password', secretVersion: 'v1' },
  username: `desk-${accountId}`,
  host: 'imap.example.com',
  port: 993,
  folder: 'INBOX',
  trusted: false,
  dispatching: { by: 'to-field' },
  validity: 'valid',
  comment: '',
  afterFetch: { action: 'delete' },
  maxMessageSize: 1_000_000,
  mailboxEpoch: 1,
  version: 1,
  createdAt: '2026-03-01T10:00:00.000Z',
  createdBy: 'anna',
  changedAt: '2026-03-01T10:00:00.000Z',
  changedBy: 'anna',
  ...more,
})
