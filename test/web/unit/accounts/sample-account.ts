import type { Account } from '../../../../web/accounts/account-types.ts'

/** A stored account as the API shows it. */
export const sampleAccount = (fields: Partial<Account>): Account => ({
  accountId: '01JNBZ4ZQ0V7M3T9H2K5W8XACC',
  type: 'IMAPS',
  username: 'desk@example.com',
  host: 'mail.example.com',
  port: 993,
  folder: 'INBOX',
  trusted: false,
  dispatching: { by: 'to-field' },
  validity: 'valid',
  comment: '',
  afterFetch: { action: 'delete' },
  maxMessageSize: 150 * 1024 * 1024,
  tooLarge: { action: 'leave' },
  startFrom: 'everything',
  authentication: 'password',
  health: { state: 'ok', detail: 'The last run succeeded.' },
  status: {},
  createdAt: '2026-03-01T08:00:00.000Z',
  createdBy: 'jane',
  changedAt: '2026-03-01T08:00:00.000Z',
  changedBy: 'jane',
  ...fields,
})
