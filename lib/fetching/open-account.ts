import { isDeepStrictEqual } from 'node:util'
import type { Account } from '../accounts/account.ts'
import type { Credential } from '../accounts/credential.ts'
import type { Mailbox } from '../mailbox/mailbox.ts'
import { MailboxError } from '../mailbox/mailbox-error.ts'
import type { FetchServices } from './fetch-services.ts'
import type { SessionReport } from './session-report.ts'

/** Logs in to the account's mailbox. Throws `MailboxError`, also where our own side lacks the credential. */
export const openAccount = async (
  { secrets, openMailbox, network }: FetchServices,
  account: Account,
  signal: AbortSignal,
  report: Pick<SessionReport, 'watch'>,
): Promise<Mailbox> => {
  const credential = await credentialOf(secrets, account)
  const { type, host, port, folder = 'INBOX', customCa } = account
  return await openMailbox(
    { type, host, port, folder, credential, customCa },
    network,
    signal,
    report.watch(credential),
  )
}

const credentialOf = async (secrets: FetchServices['secrets'], account: Account): Promise<Credential> => {
  switch (account.credential.method) {
    case 'password': {
      const password = await secrets.readPassword(account.accountId, account.credential.secretVersion)
      if (password === undefined) throw new MailboxError('credential-missing')
      return { method: 'password', username: account.username, password }
    }
    case 'oauth2':
      throw new MailboxError('credential-missing')
  }
}

/** True when a running session no longer is the one the account describes. */
export const needsNewSession = (before: Account, after: Account): boolean =>
  before.mailboxEpoch !== after.mailboxEpoch ||
  before.folder !== after.folder ||
  before.type !== after.type ||
  before.port !== after.port ||
  before.customCa !== after.customCa ||
  !isDeepStrictEqual(before.credential, after.credential)
