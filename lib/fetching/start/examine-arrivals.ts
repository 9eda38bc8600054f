import type { ListedMessage } from '../../mailbox/mailbox.ts'
import { MailboxError } from '../../mailbox/mailbox-error.ts'
import { arrivalDateOf } from '../../messages/header/header-date.ts'
import { limits } from '../limits.ts'
import { digestOf, digestsIn, messageIdFor } from '../part.ts'
import type { Session } from '../session.ts'
import { isOlder, type StartSight, startMarkOf } from './start-line.ts'

/**
 * Examines a POP3 mailbox that is collected from a date on for the first time. POP3 does not report dates, so this
 * reads every message's header. It remembers the UIDLs of messages from before the date, as with `new`, and never reads
 * their headers again. It continues where the previous part of the run stopped.
 *
 * If none of the remembered messages is listed any more, all UIDLs may have changed. The mailbox is then examined
 * again, also with `new`.
 *
 * @returns what is known about the mailbox, even if there was nothing to examine
 * @throws MailboxError `start-unknown`, `arrival-unknown`
 */
export const examineArrivals = async (session: Session, startsAt: string): Promise<StartSight | undefined> => {
  const { part, resume } = session
  const { account, uidValidity } = part
  const { startFrom } = account
  if (startFrom === 'everything') return resume.startSight
  const mailbox = startMarkOf(account, uidValidity)
  const fresh: StartSight = { mailbox, newer: '' }
  const known = resume.startSight?.mailbox === mailbox ? resume.startSight : undefined
  if (known && (await isOutOfSight(session, known))) return await examineAgain(session, known, fresh, startsAt)
  if (known && known.newer === undefined) return known
  return known || startFrom !== 'new' ? await continueExamining(session, known ?? fresh, startsAt) : undefined
}

/** True if the mailbox lists mail, but neither a remembered message from before the start nor a stored message. */
const isOutOfSight = async (session: Session, known: StartSight): Promise<boolean> => {
  const seen = digestsIn(known.seen)
  if (seen.size === 0) return false
  const listed: ListedMessage[] = []
  for await (const window of session.mailbox.list()) listed.push(...window)
  if (listed.length === 0 || listed.some(({ uid }) => seen.has(digestOf(uid)))) return false
  const ids = listed.flatMap(({ uid, uidIsStable }) => (uidIsStable ? [messageIdFor(session.part, uid)] : []))
  for (let from = 0; from < ids.length; from += limits.rowsAtOnce) {
    const rows = await session.part.services.ledger.readMany(ids.slice(from, from + limits.rowsAtOnce))
    if (rows.length > 0) return false
  }
  return true
}

const examineAgain = async (
  session: Session,
  known: StartSight,
  fresh: StartSight,
  startsAt: string,
): Promise<StartSight> => {
  const { services, account, log } = session.part
  await services.statuses.change(account.accountId, { resume: { startSight: fresh } })
  // An examination in several parts would never end if the server listed different UIDLs in each part.
  if (known.newer !== undefined) throw new MailboxError('start-unknown')
  log.event(
    'start-looked-at-again',
    'The server no longer lists any message from before the account’s start under its UIDL. Postmaster examines the arrival dates of all messages again.',
  )
  return await continueExamining(session, fresh, startsAt)
}

const continueExamining = async (session: Session, known: StartSight, startsAt: string): Promise<StartSight> => {
  const { services, account, deadline, log } = session.part
  const listed = await everythingIn(session)
  // Keeps only listed messages, so that these sets stay bounded however many parts the examination takes.
  const digests = new Set(listed.map(({ uid }) => digestOf(uid)))
  const seen = new Set([...digestsIn(known.seen)].filter((digest) => digests.has(digest)))
  const newer = new Set([...digestsIn(known.newer)].filter((digest) => digests.has(digest)))
  const open = listed.filter(({ uid }) => !seen.has(digestOf(uid)) && !newer.has(digestOf(uid)))
  const until = Math.min(services.now() + limits.examineWithin, deadline.startNothingAfter)
  for (let from = 0; from < open.length; from += limits.headersAtOnce) {
    if (services.now() >= until) return { ...known, seen: textOf(seen), newer: textOf(newer) }
    const some = open.slice(from, from + limits.headersAtOnce)
    const headers = await headersOf(session, some)
    for (const { uid } of some) {
      const header = headers.get(uid)
      const arrived = header && arrivalDateOf(header)
      ;(isOlder(arrived, startsAt) ? seen : newer).add(digestOf(uid))
    }
    session.madeProgress = true
    const startSight = { ...known, seen: textOf(seen), newer: textOf(newer) }
    await services.statuses.change(account.accountId, { resume: { startSight } })
  }
  const startSight = { mailbox: known.mailbox, seen: textOf(seen) }
  await services.statuses.change(account.accountId, { resume: { startSight } })
  if (seen.size > 0)
    log.event('before-start', `${seen.size} messages arrived before the account’s start and stay on the server.`)
  return startSight
}

/** Replaces `arrival-unknown` for accounts that start with `new`, because its remedy is to start with `new`. */
const headersOf = async ({ part, mailbox }: Session, some: readonly ListedMessage[]) => {
  try {
    return await mailbox.headers(some)
  } catch (error) {
    const withoutDates = error instanceof MailboxError && error.code === 'arrival-unknown'
    throw withoutDates && part.account.startFrom === 'new' ? new MailboxError('start-unknown') : error
  }
}

const everythingIn = async ({ mailbox }: Session): Promise<ListedMessage[]> => {
  const listed: ListedMessage[] = []
  for await (const window of mailbox.list()) listed.push(...window)
  if (listed.length > limits.seenAtStart || listed.some(({ uidIsStable }) => !uidIsStable))
    throw new MailboxError('start-unknown')
  return listed
}

const textOf = (digests: ReadonlySet<string>): string => [...digests].join('')
