import type { ListedMessage } from '../../mailbox/mailbox.ts'
import { limits } from '../limits.ts'
import { type Candidate, deathsOf, markOf } from '../part.ts'
import type { Session } from '../session.ts'
import { examineArrivals } from '../start/examine-arrivals.ts'
import { type StartLine, startLineOf } from '../start/start-line.ts'
import { listAfter } from '../status/next-status.ts'
import { announceMessage } from '../storing/read-chunk.ts'
import { classify, type ListedVerdict, type Verdict } from './classify.ts'

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
    if (candidates.length >= limits.candidates) {
      stopListing(session, after)
      break
    }
  }
  session.listedAll = true
  await session.uidls.listed()
  session.unremoved.reportLeftAlone()
  if (start.unfinished) session.interruption = 'time'
  if (session.interruption === undefined) await rememberSight(session, start)
  for (const { departing, known } of announcements)
    await session.pool.add(0, async () => {
      if (await announceMessage(part, known)) session.release(departing)
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
  if (start.firstSight && beforeStart.size > 0)
    log.event('before-start', `${beforeStart.size} messages arrived before the account’s start and stay on the server.`)
}

const sort = (session: Session, verdict: ListedVerdict): void => {
  if (verdict.action === 'skip') {
    skip(session, verdict)
    return
  }
  if (verdict.action === 'read') {
    session.unfinished.add(verdict.candidate)
    if (verdict.candidate.known) session.uidls.known(verdict.candidate.message.uid)
    return
  }
  const { uid } = 'departing' in verdict ? verdict.departing.message : verdict.message
  if (!verdict.counted) session.countKnown(uid)
  session.uidls.known(uid)
  if (verdict.action === 'depart') session.release(verdict.departing)
  if (verdict.action === 'leave-unremoved') session.unremoved.leaveAlone(uid)
  if (verdict.action === 'leave') session.markDone(uid)
}

const skip = (session: Session, verdict: Extract<Verdict, { action: 'skip' }>): void => {
  const { message, messageId, reason } = verdict
  const { account, log } = session.part
  session.countSkipped(message.uid, reason)
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

/** Sorts by fewest deaths first, so that other mail does not wait until a message that crashes its run is skipped. */
const suspectsInOrder = ({ resume }: Session, candidates: readonly Candidate[]): Candidate[] => {
  const place = new Map((resume.suspects ?? []).map((uid, index) => [uid, index]))
  const placeOf = ({ message }: Candidate) => place.get(markOf(message)) ?? -1
  const deaths = ({ message }: Candidate) => deathsOf(resume, markOf(message))
  return candidates.filter(({ suspect }) => suspect).sort((a, b) => deaths(a) - deaths(b) || placeOf(a) - placeOf(b))
}
