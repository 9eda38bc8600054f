import { isDeepStrictEqual } from 'node:util'
import type { Account } from '../accounts/account.ts'
import { mailboxUserOf } from '../accounts/account-mailbox.ts'
import type { Resume } from '../accounts/account-status.ts'
import type { Credential, Mailbox, TokenCredential } from '../mailbox/mailbox.ts'
import { MailboxError } from '../mailbox/mailbox-error.ts'
import type { TokenOptions } from '../oauth2/tokens/access-tokens.ts'
import { mailboxIdentityOf } from './identity.ts'
import type { Part } from './part.ts'
import type { SessionReport } from './run-log.ts'

type Open = (credential: Credential, renewCredential?: () => Promise<Credential>) => Promise<Mailbox>

/**
 * Logs in to the account's mailbox.
 *
 * @param resume what earlier runs have learnt about the server
 * @throws MailboxError if the mailbox cannot be opened or if Postmaster has no password for it
 * @throws OAuth2Error if there is no token to log in with
 */
export const openAccount = async (part: Part, resume: Resume, report: SessionReport): Promise<Mailbox> => {
  const { services, account, deadline } = part
  const { type, host, port, folder = 'INBOX', customCa } = account
  const server = {
    ...{ type, host, port, folder, customCa },
    // The server's UIDLs proved unstable, so messages are identified by their bytes.
    ignoreUidls: resume.uidls === 'unstable' && resume.mailboxIdentity === mailboxIdentityOf(account, undefined),
    oneByOne: asksOneByOne(account, resume, services.now().getTime()),
  }
  const open: Open = async (credential, renewCredential) => {
    report.conceal(credential)
    const settings = { ...server, credential, renewCredential }
    return await services.openMailbox(settings, services.network, deadline.signal, report.watch())
  }
  const mailbox =
    account.credential.method === 'password'
      ? await open(await passwordOf(part, account.credential.secretVersion))
      : await openWithToken(part, report, open)
  report.opened(mailbox, account)
  return mailbox
}

const passwordOf = async ({ services, account }: Part, secretVersion: string): Promise<Credential> => {
  const { accountId, username } = account
  const password = await services.secrets.read(accountId, secretVersion)
  if (password === undefined) throw new MailboxError('credential-missing')
  return { method: 'password', username, password }
}

/** Requests one new token if the server refuses the first one, because that token may have been revoked early. */
const openWithToken = async (
  { services, account, deadline }: Part,
  report: SessionReport,
  open: Open,
): Promise<Mailbox> => {
  const tokenCredential = async (options?: TokenOptions): Promise<TokenCredential> => {
    const { accessToken } = await services.tokens.tokenFor(account, { signal: deadline.signal, ...options })
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

/**
 * How many days a POP3 server gets one command at a time. A server that was silent for another reason is fast again
 * afterwards. A server that breaks PIPELINING costs one failed run per period.
 */
const daysOneByOne = 7

const serverOf = ({ host, port }: Account): string => `${host}:${port}`

const asksOneByOne = (account: Account, { oneByOne }: Resume, now: number): boolean =>
  oneByOne !== undefined && oneByOne.server === serverOf(account) && now < Date.parse(oneByOne.until)

/** Turns PIPELINING off for the next runs after a session broke during a batch of commands, and reports the reason. */
export const rememberBrokenPipelining = async ({ services, log, account }: Part): Promise<void> => {
  const until = new Date(services.now().getTime() + daysOneByOne * 24 * 60 * 60_000).toISOString()
  log.event(
    'pipelining-broken',
    'The server announces PIPELINING, but it stopped responding or sent wrong responses to a batch of commands. ' +
      `Postmaster sends one command at a time until ${until}, or until the account’s host or port changes.`,
  )
  await services.statuses.change(account.accountId, { resume: { oneByOne: { server: serverOf(account), until } } })
}
