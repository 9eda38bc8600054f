import type { AccountStatus } from '../../accounts/account-status.ts'
import type { Mailbox } from '../../mailbox/mailbox.ts'
import type { ResumeChange } from '../../schedule/account-status-store.ts'
import { limits } from '../limits.ts'
import { mailboxIdentityOf, type Part } from '../part.ts'

/**
 * Reads the status with which a part of a run begins. Messages that were in flight when an earlier run crashed become
 * suspects. A run that a person requests gives every message another chance.
 */
export const takeStatus = async ({ services, log, account }: Part): Promise<AccountStatus> => {
  const { statuses } = services
  const { accountId } = account
  const { trigger, parts } = log.run
  const status = (await statuses.read(accountId)) ?? { accountId }
  const { inFlight, deaths, ignoredRemovals, ...resume } = status.resume ?? {}
  const suspects = [...new Set([...(resume.suspects ?? []), ...(inFlight ?? [])])].slice(-limits.suspects)
  // Only in the first part of a run. Otherwise, each later part would try the same messages again.
  const forgiven = trigger === 'request' && parts === 1
  const remembered = forgiven ? {} : { ...(deaths && { deaths }), ...(ignoredRemovals && { ignoredRemovals }) }
  if (inFlight || (forgiven && (deaths || ignoredRemovals)))
    await statuses.change(accountId, {
      resume: { deaths: undefined, ignoredRemovals: undefined, ...remembered, inFlight: undefined, suspects },
    })
  return { ...status, resume: { ...resume, ...(suspects.length > 0 && { suspects }), ...remembered } }
}

/** The fields that refer to UIDs. They lose their meaning when the mailbox's identity changes. */
const heldByUid = {
  keep: undefined,
  largerThanListed: undefined,
  suspects: undefined,
  deaths: undefined,
  ignoredRemovals: undefined,
  oldestWaitingUid: undefined,
  removalUnconfirmed: undefined,
  knownOnServer: undefined,
  uidls: undefined,
} satisfies ResumeChange

/**
 * Records which mailbox this run has opened. This happens before the run stores anything, so that a crash cannot hide a
 * change of mailbox.
 *
 * @returns the status that applies to this mailbox. After a change of identity, all fields that refer to UIDs are reset
 *   and `compareContent` is set, so that messages with known bytes are not announced again.
 */
export const statusOfMailbox = async (
  { services, log, account }: Part,
  status: AccountStatus,
  mailbox: Mailbox,
): Promise<AccountStatus> => {
  if (mailbox.protocol === 'imap' && mailbox.uidValidity === undefined) {
    // An empty folder needs no UIDVALIDITY. A missing one does not invalidate the known UIDs.
    if (mailbox.messageCount === 0) return status
    log.event('no-uid-validity', noUidValidityWords)
  }
  const { resume = {} } = status
  const mailboxIdentity = mailboxIdentityOf(account, mailbox.uidValidity)
  if (resume.mailboxIdentity === mailboxIdentity) return status
  const first = resume.mailboxIdentity === undefined
  const change = first ? { mailboxIdentity } : { mailboxIdentity, ...heldByUid, compareContent: true }
  await services.statuses.change(account.accountId, { resume: change })
  const entries = Object.entries({ ...resume, ...change }).filter(([, value]) => value !== undefined)
  return { ...status, resume: Object.fromEntries(entries) }
}

const noUidValidityWords =
  'The server does not report a UIDVALIDITY for this folder, so its UIDs may refer to different messages in the next ' +
  'session. Postmaster recognises messages by their bytes. Two messages with the same bytes count as one, and every run ' +
  'downloads the mail that stays on the server.'
