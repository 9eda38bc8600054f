import { createHash, X509Certificate } from 'node:crypto'
import type { Audited, Changeable } from '../changes/versioned-change.ts'
import type { Account, AccountId } from './account.ts'
import { certificatesOf } from './fields/custom-ca.ts'
import { accountNameOf } from './mailbox-key.ts'
import { type AccountStore, readAccount } from './store/account-store.ts'

/** An account that admins change. */
export const changeableAccount = (
  accountId: AccountId,
  services: { readonly accounts: Pick<AccountStore, 'read'> },
): Changeable<Account> => ({ read: () => readAccount(accountId, services), audited: auditedAccount })

/**
 * How the audit trail records an account. For the password, it records only that it changed, and for certificates their
 * fingerprints.
 */
export const auditedAccount = (account: Account): Audited => {
  const { credential, customCa, accountId, mailboxEpoch: _epoch, ...settings } = account
  return {
    subject: `/accounts/${accountId}`,
    name: accountNameOf(account),
    fields: {
      ...settings,
      authentication: credential.method,
      ...(credential.method === 'password' && { password: credential.secretVersion }),
      ...(credential.method === 'oauth2' && { profileId: credential.profileId }),
      ...(customCa !== undefined && { customCa: certificatesOf(customCa).map(fingerprintOf) }),
    },
    secrets: ['password'],
  }
}

/** SHA-256 of the certificate, as browsers and `openssl x509 -fingerprint -sha256` show it. */
const fingerprintOf = (pem: string): string => {
  try {
    return `SHA-256 ${new X509Certificate(pem).fingerprint256}`
  } catch {
    // An earlier version stored a certificate that this version cannot parse. Equal bytes still yield equal text.
    return `unreadable, SHA-256 of its text ${createHash('sha256').update(pem).digest('hex')}`
  }
}
