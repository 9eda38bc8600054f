import type { Resume } from '../../accounts/account-status.ts'
import type { ListedMessage } from '../../mailbox/mailbox.ts'
import type { Message } from '../../messages/message.ts'
import { deathsOf, markOf, messageIdFor } from '../identity.ts'
import { limits } from '../limits.ts'
import type { Candidate, Departing } from '../part.ts'
import type { SkipReason } from '../run-log.ts'
import type { Session } from '../session.ts'
import { listAfter } from '../status.ts'
import { examineArrivals, reportBeforeStart, type StartLine, startLineOf } from './start-from.ts'

/** What to do with one listed message. */
type Verdict =
  | { readonly action: 'read'; readonly candidate: Candidate }
  | { readonly action: 'depart'; readonly departing: Departing }
  | { readonly action: 'leave' | 'leave-unremoved'; readonly message: ListedMessage }
  | { readonly action: 'announce'; readonly departing: Departing; readonly known: Message }
  | {
      readonly action: 'skip'
      readonly reason: SkipReason
      readonly message: ListedMessage
      readonly messageId: string | undefined
    }

/** `counted`: an earlier part of this run stored and counted the message. */
type ListedVerdict = Verdict & { readonly counted: boolean }

/**
 * Lists the folder window by window and classifies its messages.
 *
 * @returns the messages that must be read, suspects last
 */
export const listFolder = async (session: Session): Promise<Candidate[]> => {
  const { part, mailbox, resume } = session
  const { startsAt, folder } = part.account
  const after = listAfter(part.account, resume, mailbox)
  const candidates: Candidate[] = []
  const announcements: Array<Extract<Verdict, { action: 'announce' }>> = []
  const examines = folder === undefined && startsAt !== undefined
  const start = startLineOf(part, examines ? await examineArrivals(session, startsAt) : resume.startSight)
  for await (const window of mailbox.list(after === undefined ? {} : { after })) {
    session.listed.push(...window)
    for (const { uid, uidIsStable } of window) if (uidIsStable) part.listedUids.add(uid)
    const before = window.filter((message) => start.isBefore(message))
    skipBeforeStart(session, before, start)
    const wanted = before.length === 0 ? window : window.filter(({ uid }) => !session.beforeStart.has(uid))
    for (const verdict of await classify(session, wanted)) {
      if (!verdict.counted) part.log.count('found')
      sort(session, verdict)
      if (verdict.action === 'read') candidates.push(verdict.candidate)
      if (verdict.action === 'announce') announcements.push(verdict)
    }
    session.progress.note()
    if (candidates.length >= limits.candidates) {
      stopListing(session, after)
      break
    }
  }
  session.listedAll = true
  await session.uidls?.listed()
  session.unremoved.reportLeftAlone()
  if (start.unfinished) session.interruption = 'time'
  if (session.interruption === undefined) await rememberSight(session, start)
  for (const { departing, known } of announcements)
    await session.pool.add(0, async () => {
      if (await session.announcements.announce(known, { isNew: false })) session.release(departing)
    })
  const sound = candidates.filter(({ suspect }) => !suspect)
  // New mail comes before messages that are only compared, because a server may list those again in every run.
  const [compared, fresh] = [sound.filter(({ known }) => known), sound.filter(({ known }) => !known)]
  return [...fresh, ...compared, ...suspectsInOrder(session, candidates)]
}

const skipBeforeStart = (
  session: Session,
  before: readonly ListedMessage[],
  { unfinished }: Pick<StartLine, 'unfinished'>,
): void => {
  if (before.length === 0) return
  const { log } = session.part
  log.count('found', before.length)
  if (unfinished) log.count('left', before.length)
  else for (const { uid } of before) session.countSkipped(uid, 'before-start')
  for (const { uid } of before) {
    session.beforeStart.add(uid)
    session.markDone(uid)
  }
}

/** Saves the first sight before anything is fetched, so that mail arriving from now on counts as new. */
const rememberSight = async ({ part, listed, beforeStart }: Session, start: StartLine): Promise<void> => {
  const startSight = start.sight(listed)
  if (startSight === undefined) return
  const { services, account, log } = part
  await services.statuses.change(account.accountId, { resume: { startSight } })
  if (start.firstSight) reportBeforeStart(log, beforeStart.size)
}

const sort = (session: Session, verdict: ListedVerdict): void => {
  if (verdict.action === 'skip') {
    skip(session, verdict)
    return
  }
  if (verdict.action === 'read') {
    session.unfinished.add(verdict.candidate)
    if (verdict.candidate.known) session.uidls?.known(verdict.candidate.message.uid)
    return
  }
  const { uid } = 'departing' in verdict ? verdict.departing.message : verdict.message
  if (!verdict.counted) session.countKnown(uid)
  session.uidls?.known(uid)
  if (verdict.action === 'depart') session.release(verdict.departing)
  if (verdict.action === 'leave-unremoved') session.unremoved.leaveAlone(uid)
  if (verdict.action === 'leave') session.markDone(uid)
}

const skip = (session: Session, verdict: Extract<Verdict, { action: 'skip' }>): void => {
  const { message, messageId, reason } = verdict
  const { account, log } = session.part
  session.countSkipped(message.uid, reason)
  if (reason === 'too-large' || reason === 'deadly') session.quarantined.push({ message, messageId, code: reason })
  if (reason !== 'too-large') session.markDone(message.uid)
  else if (account.tooLarge.action === 'move' && session.unremoved.isGivenUp(message.uid))
    session.unremoved.leaveAlone(message.uid)
  else session.tooLarge.push(verdict)
  if (reason === 'deadly')
    log.event('deadly', `Message ${message.uid} crashed ${limits.deaths} runs, so Postmaster skips it.`, messageId)
}

/** Counts unlisted messages as left. Their number is known only if the whole folder was to be listed. */
const stopListing = (session: Session, after: string | undefined): void => {
  session.interruption = 'too-many'
  const unlisted = after === undefined ? Math.max(0, session.mailbox.messageCount - session.listed.length) : 0
  session.part.log.count('found', unlisted)
  session.part.log.count('left', unlisted)
}

/** Puts messages with fewer crashes first, so that other mail need not wait until a crashing message is skipped. */
const suspectsInOrder = ({ resume }: Session, candidates: readonly Candidate[]): Candidate[] => {
  const place = new Map((resume.suspects ?? []).map((uid, index) => [uid, index]))
  const placeOf = ({ message }: Candidate) => place.get(markOf(message)) ?? -1
  const deaths = ({ message }: Candidate) => deathsOf(resume, markOf(message))
  return candidates.filter(({ suspect }) => suspect).sort((a, b) => deaths(a) - deaths(b) || placeOf(a) - placeOf(b))
}

/** Compares one window of the server's listing with the stored messages. */
const classify = async (session: Session, window: readonly ListedMessage[]): Promise<ListedVerdict[]> => {
  const verdicts: ListedVerdict[] = []
  const { part } = session
  const { ledger, now } = part.services
  for (let start = 0; start < window.length; start += limits.rowsAtOnce) {
    const some = window.slice(start, start + limits.rowsAtOnce)
    const ids = some.flatMap(({ uid, uidIsStable }) => (uidIsStable ? [messageIdFor(part, uid)] : []))
    const found = await ledger.readListed(ids, now().toISOString())
    const rows = new Map(found.map((row) => [row.messageId, row]))
    for (const message of some) {
      const messageId = message.uidIsStable ? messageIdFor(part, message.uid) : undefined
      const known = messageId === undefined ? undefined : rows.get(messageId)
      const verdict = known ? knownVerdict(session, message, known) : unknownVerdict(session, message, messageId)
      verdicts.push({ ...verdict, counted: known?.runId === part.log.run.runId })
    }
  }
  return verdicts
}

const knownVerdict = (
  { part: { account }, resume, unremoved }: Session,
  message: ListedMessage,
  known: Message,
): Verdict => {
  const { messageId } = known
  const reappeared = known.server === 'deleted' || known.server === 'moved'
  // Accounts that keep their mail request no deletion. With `kept`, the message has been compared since.
  const isKept = account.afterFetch.action === 'keep' && known.server === 'kept'
  const mayBeAnother = resume.removalUnconfirmed || message.uidIsNumber
  const sure = (isKept || !mayBeAnother) && looksTheSame(message, known)
  if (sure && known.state !== 'stored' && unremoved.isGivenUp(message.uid))
    return { action: 'leave-unremoved', message }
  if (reappeared || !sure) return { action: 'read', candidate: { message, messageId, known, suspect: false } }
  const departing = { message, messageId }
  if (known.state === 'stored') return { action: 'announce', departing, known }
  return isKept ? { action: 'leave', message } : { action: 'depart', departing }
}

/** Compares size and arrival time, the only properties in the listing, because some servers reuse a UID. */
const looksTheSame = (message: ListedMessage, { source }: Message): boolean =>
  message.size === source.listedSize && message.internalDate === source.internalDate

const unknownVerdict = (
  { part: { account }, resume }: Session,
  message: ListedMessage,
  messageId: string | undefined,
): Verdict => {
  const deaths = deathsOf(resume, markOf(message))
  const size = knownSize(resume, message)
  const skip = (reason: SkipReason): Verdict => ({ action: 'skip', reason, message: { ...message, size }, messageId })
  if (message.flaggedDeleted) return skip('flagged-deleted')
  if (size > account.maxMessageSize) return skip('too-large')
  if (deaths >= limits.deaths) return skip('deadly')
  const suspect = deaths > 0 || (resume.suspects?.includes(markOf(message)) ?? false)
  return { action: 'read', candidate: { message, messageId, suspect } }
}

/**
 * Returns the message's size as an earlier run measured it, or otherwise its listed size. The measured size applies
 * only if the listed size is unchanged, because some servers give a removed message's ID to another message.
 */
const knownSize = ({ largerThanListed = [] }: Resume, { uid, size }: ListedMessage): number =>
  largerThanListed.find((one) => one.uid === uid && one.listed === size)?.size ?? size
