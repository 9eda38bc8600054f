import { createHash, X509Certificate } from 'node:crypto'
import type { Actor, FieldChange } from '../audit/audit-entry.ts'
import type { Intention } from '../audit/audit-trail.ts'
import { fieldChanges, withoutStamp } from '../changes/versioned-change.ts'
import type { Account } from './account.ts'
import { certificatesOf } from './fields/custom-ca.ts'
import { mailboxUserOf } from './mailbox-key.ts'

/**
 * The audit entry for a change. For the password, it records only that it changed, and for certificates their
 * fingerprints.
 */
export const accountIntention = (
  action: 'create' | 'change' | 'delete',
  by: Actor,
  before: Account | undefined,
  after: Account | undefined,
): Intention => {
  const account = after ?? before
  if (!account) throw new Error('An audit entry requires the account before or after the change')
  const { accountId, host, version } = account
  return {
    by,
    action,
    subject: `/accounts/${accountId}`,
    name: `${mailboxUserOf(account)} on ${host}`,
    version,
    changes: accountChanges(before, after),
  }
}

const accountChanges = (before: Account | undefined, after: Account | undefined): FieldChange[] =>
  fieldChanges(before && auditedFieldsOf(before), after && auditedFieldsOf(after), ['password'])

const auditedFieldsOf = (account: Account): Readonly<Record<string, unknown>> => {
  const { credential, customCa, accountId: _id, mailboxEpoch: _epoch, ...settings } = withoutStamp(account)
  return {
    ...settings,
    authentication: credential.method,
    ...(credential.method === 'password' && { password: credential.secretVersion }),
    ...(credential.method === 'oauth2' && { profileId: credential.profileId }),
    ...(customCa !== undefined && { customCa: certificatesOf(customCa).map(fingerprintOf) }),
  }
}

/** SHA-256 of the certificate, as browsers and `openssl x509 -fingerprint -sha256` show it. */
const fingerprintOf = (pem: string): string => {
  try {
    return `SHA-256 ${new X509Certificate(pem).fingerprint256}`
  } catch {
    // An earlier version stored a certificate that this version cannot parse. Equal bytes still give equal texts.
    return `unreadable, SHA-256 of its text ${createHash('sha256').update(pem).digest('hex')}`
  }
}
