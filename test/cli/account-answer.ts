/** The fields that every resource in an API response has. */
export const bookkeeping = {
  createdAt: '2026-03-01T08:00:00.000Z',
  createdBy: 'ann',
  changedAt: '2026-03-01T08:00:00.000Z',
  changedBy: 'ann',
}

/** An account in an API response. */
export const accountAnswer = (more: Readonly<Record<string, unknown>> = {}) => ({
  accountId: '01JNBZ4ZQ0V7M3T9H2K5W8XACC',
  type: 'IMAPS',
  authentication: 'password',
  host: 'mail.example.com',
  port: 993,
  username: 'support@example.com',
  folder: 'INBOX',
  trusted: false,
  validity: 'valid',
  comment: '',
  dispatching: { by: 'to-field' },
  afterFetch: { action: 'delete' },
  tooLarge: { action: 'leave' },
  startFrom: 'everything',
  maxMessageSize: 157_286_400,
  ...bookkeeping,
  health: {
    state: 'waiting',
    detail: 'Waiting for its first fetch. It starts within seconds, or when the schedule next runs.',
  },
  status: {},
  ...more,
})
