import { isDeepStrictEqual } from 'node:util'
import type { Account } from '../accounts/account.ts'
import { mailboxUserOf } from '../accounts/mailbox-key.ts'
import type { Credential, TokenCredential } from '../mailbox/credential.ts'
import type { Mailbox, MailboxSettings } from '../mailbox/mailbox.ts'
import { MailboxError } from '../mailbox/mailbox-error.ts'
import type { TokenOptions } from '../oauth2/tokens/access-tokens.ts'
import type { SessionReport } from './report/session-report.ts'
import type { FetchServices } from './services.ts'

type Open = (credential: Credential, renewCredential?: () => Promise<Credential>) => Promise<Mailbox>

/**
 * Logs in to the account's mailbox.
 *
 * @throws MailboxError if the mailbox cannot be opened or if Postmaster has no password for it
 * @throws OAuth2Error if there is no token to log in with
 */
export const openAccount = async (
  services: FetchServices,
  account: Account,
  signal: AbortSignal,
  report: Pick<SessionReport, 'conceal' | 'watch'>,
  howToAsk: Pick<MailboxSettings, 'ignoreUidls' | 'oneByOne'>,
): Promise<Mailbox> => {
  const { type, host, port, folder = 'INBOX', customCa } = account
  const open: Open = async (credential, renewCredential) => {
    report.conceal(credential)
    const settings = { type, host, port, folder, credential, renewCredential, customCa, ...howToAsk }
    return await services.openMailbox(settings, services.network, signal, report.watch())
  }
  return account.credential.method === 'password'
    ? await open(await passwordOf(services, account))
    : await openWithToken(services, account, signal, report, open)
}

const passwordOf = async ({ secrets }: FetchServices, account: Account): Promise<Credential> => {
  const { accountId, username, credential } = account
  const password =
    credential.method === 'password' ? await secrets.readPassword(accountId, credential.secretVersion) : undefined
  if (password === undefined) throw new MailboxError('credential-missing')
  return { method: 'password', username, password }
}

/** Requests one new token if the server refuses the first one, because that token may have been revoked early. */
const openWithToken = async (
  { tokens }: FetchServices,
  account: Account,
  signal: AbortSignal,
  report: Pick<SessionReport, 'conceal'>,
  open: Open,
): Promise<Mailbox> => {
  const tokenCredential = async (options?: TokenOptions): Promise<TokenCredential> => {
    const { accessToken } = await tokens.tokenFor(account, { signal, ...options })
    return { method: 'oauth2', username: mailboxUserOf(account), accessToken }
  }
  const renewed = async () => {
    const credential = await tokenCredential()
    report.conceal(credential)
    return credential
  }
  const first = await tokenCredential()
  try {
    return await open(first, renewed)
  } catch (error) {
    if (!(error instanceof MailboxError) || error.code !== 'token-refused') throw error
    return await open(await tokenCredential({ refused: first.accessToken }), renewed)
  }
}

/** True if a running session no longer matches the account's settings. */
export const needsNewSession = (before: Account, after: Account): boolean =>
  before.mailboxEpoch !== after.mailboxEpoch ||
  before.folder !== after.folder ||
  before.type !== after.type ||
  before.port !== after.port ||
  before.customCa !== after.customCa ||
  !isDeepStrictEqual(before.credential, after.credential)
