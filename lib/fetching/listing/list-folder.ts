import type { ListedMessage } from '../../mailbox/mailbox.ts'
import { announceMessage } from '../announce-message.ts'
import type { Candidate } from '../candidate.ts'
import { deathsOf } from '../deaths.ts'
import { limits } from '../limits.ts'
import { markOf } from '../message-mark.ts'
import type { FetchSession } from '../session-progress.ts'
import { lookAtArrivals } from '../start/examine-arrivals.ts'
import { type StartLine, startLineOf } from '../start/start-line.ts'
import { classify, type ListedVerdict, type Verdict } from './classify.ts'

/**
 * Lists the folder window by window and classifies its messages.
 *
 * @returns the messages that must be read, suspects last
 */
export const listFolder = async (session: FetchSession, after: string | undefined): Promise<Candidate[]> => {
  const { context, mailbox, status } = session
  const candidates: Candidate[] = []
  const announcements: Array<Extract<Verdict, { action: 'announce' }>> = []
  const start = startLineOf(context, await lookAtArrivals(session))
  for await (const window of mailbox.list(after === undefined ? {} : { after })) {
    session.listed.push(...window)
    for (const { uid, uidIsStable } of window) if (uidIsStable) context.listedUids.add(uid)
    const before = window.filter((message) => start.isBefore(message))
    skipBeforeStart(session, before, start)
    const wanted = before.length === 0 ? window : window.filter(({ uid }) => !session.beforeStart.has(uid))
    for (const verdict of await classify(context, status, session.unremoved, wanted)) {
      if (!verdict.counted) context.log.count('found')
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
      if (await announceMessage(context, known)) session.depart(departing)
    })
  const sound = candidates.filter(({ suspect }) => !suspect)
  // New mail comes before messages that are only compared, because a server may list those again in every run.
  const [compared, fresh] = [sound.filter(({ known }) => known), sound.filter(({ known }) => !known)]
  return [...fresh, ...compared, ...suspectsInOrder(session, candidates)]
}

const skipBeforeStart = (
  session: FetchSession,
  before: readonly ListedMessage[],
  { unfinished }: Pick<StartLine, 'unfinished'>,
): void => {
  if (before.length === 0) return
  const { log } = session.context
  log.count('found', before.length)
  if (unfinished) log.count('left', before.length)
  else for (const { uid } of before) session.countSkipped(uid, 'before-start')
  for (const { uid } of before) {
    session.beforeStart.add(uid)
    session.settle(uid)
  }
}

/** Saves the first sight before anything is fetched, so that mail arriving from now on counts as new. */
const rememberSight = async ({ context, listed, beforeStart }: FetchSession, start: StartLine): Promise<void> => {
  const startSight = start.sight(listed)
  if (startSight === undefined) return
  const { services, account, log } = context
  await services.statuses.change(account.accountId, { startSight })
  if (start.firstSight && beforeStart.size > 0)
    log.event('before-start', `${beforeStart.size} messages arrived before the account’s start and stay on the server.`)
}

const sort = (session: FetchSession, verdict: ListedVerdict): void => {
  const { account } = session.context
  switch (verdict.action) {
    case 'read':
      session.unfinished.add(verdict.candidate)
      if (verdict.candidate.known) session.uidls.known(verdict.candidate.message.uid)
      return
    case 'depart':
      if (!verdict.counted) session.countKnown(verdict.departing.message.uid)
      session.uidls.known(verdict.departing.message.uid)
      session.depart(verdict.departing)
      return
    case 'announce':
      if (!verdict.counted) session.countKnown(verdict.departing.message.uid)
      session.uidls.known(verdict.departing.message.uid)
      return
    case 'leave-unremoved':
      if (!verdict.counted) session.countKnown(verdict.message.uid)
      session.uidls.known(verdict.message.uid)
      session.unremoved.leaveAlone(verdict.message.uid)
      return
    case 'leave':
      if (!verdict.counted) session.countKnown(verdict.message.uid)
      session.uidls.known(verdict.message.uid)
      session.settle(verdict.message.uid)
      return
    case 'skip':
      session.countSkipped(verdict.message.uid, verdict.reason)
      if (verdict.reason !== 'too-large') session.settle(verdict.message.uid)
      else if (account.tooLarge.action === 'move' && session.unremoved.isGivenUp(verdict.message.uid))
        session.unremoved.leaveAlone(verdict.message.uid)
      else session.tooLarge.push(verdict)
      if (verdict.reason === 'deadly') reportDeadly(session, verdict.message.uid, verdict.messageId)
  }
}

const reportDeadly = ({ context }: FetchSession, uid: string, messageId: string | undefined): void =>
  context.log.event('deadly', `Message ${uid} crashed ${limits.deaths} runs, so Postmaster skips it.`, messageId)

/** Counts unlisted messages as left. Their number is known only if the whole folder was to be listed. */
const stopListing = (session: FetchSession, after: string | undefined): void => {
  session.interruption = 'too-many'
  const unlisted = after === undefined ? Math.max(0, session.mailbox.messageCount - session.listed.length) : 0
  session.context.log.count('found', unlisted)
  session.context.log.count('left', unlisted)
}

/** Sorts by fewest deaths first, so that other mail does not wait until a message that crashes its run is skipped. */
const suspectsInOrder = ({ status }: FetchSession, candidates: readonly Candidate[]): Candidate[] => {
  const place = new Map((status.suspects ?? []).map((uid, index) => [uid, index]))
  const placeOf = ({ message }: Candidate) => place.get(markOf(message)) ?? -1
  const deaths = ({ message }: Candidate) => deathsOf(status, markOf(message))
  return candidates.filter(({ suspect }) => suspect).sort((a, b) => deaths(a) - deaths(b) || placeOf(a) - placeOf(b))
}
