import { ulid } from 'ulid'
import { type Account, defaultMaxMessageSize } from '../../lib/accounts/account.ts'

/** The version of the secret that a row refers to. It is empty if the account has no password. */
export const secretVersionOf = (row: Pick<Account, 'credential'> | undefined): string =>
  row?.credential.method === 'password' ? row.credential.secretVersion : ''

/** A complete account row with its own mailbox. */
export const account = (fields: Partial<Account> = {}): Account => {
  const accountId = fields.accountId ?? ulid()
  return {
    accountId,
    type: 'IMAPS',
    credential: { method: 'password', secretVersion: `version-of-${accountId}` },
    username: `desk-${accountId}`,
    host: 'mail.example.org',
    port: 993,
    folder: 'INBOX',
    trusted: false,
    dispatching: { by: 'to-field' },
    validity: 'valid',
    comment: '',
    afterFetch: { action: 'delete' },
    tooLarge: { action: 'leave' },
    startFrom: 'everything',
    maxMessageSize: defaultMaxMessageSize,
    mailboxEpoch: 1,
    version: 1,
    createdAt: '2026-11-23T10:00:00.000Z',
    createdBy: 'maker@example.org',
    changedAt: '2026-11-23T10:00:00.000Z',
    changedBy: 'maker@example.org',
    ...fields,
  }
}
